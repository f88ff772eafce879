import { isRedisUrl } from '../../../config/server-url.ts'
import { errorCode } from '../../../util/error-code.ts'
import { QueueUnavailable } from '../../queue-unavailable.ts'
import { taskReason } from '../../reason.ts'

type Code = QueueUnavailable['code']

/** Codes by the text of an error of the connection or the server. The first match counts. */
const CODES: readonly [RegExp, Code][] = [
  [/ECONNREFUSED/, 'connection-refused'],
  [/ENOTFOUND/, 'no-such-host'],
  [/EAI_AGAIN/, 'unresolved-host'],
  [/EHOSTUNREACH|ENETUNREACH/, 'no-route'],
  [/NOAUTH/, 'password-missing'],
  [/WRONGPASS|invalid password/i, 'password-refused'],
  [/NOPERM/, 'access-denied'],
  [/DB index is out of range|invalid DB index/i, 'no-such-database'],
  [/READONLY/, 'read-only'],
  [/OOM|maxmemory/, 'out-of-memory'],
  [/MISCONF/, 'disk-full'],
  [/NOREPLICAS/, 'no-replicas'],
  [/LOADING|MASTERDOWN/, 'loading'],
  [/Unknown RESP type|Protocol error/i, 'wrong-protocol'],
  [/certificate|CERT_|self-signed/i, 'certificate-refused'],
]

const ADVICE: Partial<Record<Code, string>> = {
  'connection-refused': 'nothing listens there. Start the server, or correct the host and port in REDIS_URL.',
  'no-such-host': 'there is no host with this name. Correct the host in REDIS_URL.',
  'unresolved-host': 'the host name could not be resolved. Check the network, then the host in REDIS_URL.',
  'no-route': 'the host is unreachable. Check the network, and the host in REDIS_URL.',
  'password-missing': 'it requires a password. Put it into REDIS_URL: redis://user:password@host:6379/0.',
  'password-refused': 'it refused the password. Correct the user or the password in REDIS_URL.',
  'access-denied':
    'its user lacks rights. BullMQ runs scripts: let the user run all commands (ACL: `+@all`) on the keys of the queue.',
  'no-such-database': 'it has no database with this number. Correct the end of REDIS_URL.',
  'read-only': 'it is a read-only replica. Use the address of the primary in REDIS_URL.',
  'out-of-memory': 'its memory is full. Raise its maxmemory, or empty it: no task in it is the only record of anything.',
  'disk-full':
    'it refuses writes because it cannot save to disk. Free disk space, or turn saving off (`save ""`): hubdex needs none.',
  'no-replicas': 'it refuses writes without replicas. Start them, or set min-replicas-to-write to 0.',
  loading: 'it is still loading its data. Wait until it answers PING with PONG, then start again.',
  'wrong-protocol': 'it does not speak the Redis protocol. Correct the host and port in REDIS_URL.',
  'certificate-refused':
    'its TLS certificate was not accepted. Name its authority in NODE_EXTRA_CA_CERTS, or correct the host.',
  'tls-unsupported': 'it does not answer over TLS. If it does not use TLS, write redis:// instead of rediss:// in REDIS_URL.',
  disconnected:
    'it closed the connection. It may be another kind of server, such as Postgres, or a Redis that requires TLS. Correct the ' +
    'host and port in REDIS_URL, or write rediss:// instead of redis://.',
  'no-answer': 'it does not answer. Check the network, a firewall, and the host and port in REDIS_URL.',
}

/** Names the server for messages, without the password. */
export function describeRedis(redisUrl: string): string {
  if (!isRedisUrl(redisUrl)) return 'The Redis of REDIS_URL, which is not a valid address,'
  return `Redis on ${URL.parse(redisUrl)?.host || 'localhost'}`
}

/** Explains what is wrong with a Redis and what to do. The last error is the closest to the cause. */
export function explainRedis(redisUrl: string, errors: readonly unknown[]): QueueUnavailable {
  const texts = errors.map((error) => `${errorCode(error) ?? ''} ${taskReason(error)}`)
  const known = CODES.find(([pattern]) => texts.some((text) => pattern.test(text)))
  const code = known?.[1] ?? transportCode(redisUrl, texts)
  const advice = ADVICE[code] ?? texts.at(-1)?.trim()
  return new QueueUnavailable(code, `${describeRedis(redisUrl)} cannot be used: ${advice}`, {
    cause: new AggregateError(errors),
  })
}

function transportCode(redisUrl: string, texts: readonly string[]): Code {
  const isTls = URL.parse(redisUrl)?.protocol === 'rediss:'
  if (isTls && texts.some((text) => /ETIMEDOUT|ECONNRESET|SSL|closed|no answer/i.test(text))) return 'tls-unsupported'
  if (texts.some((text) => /ETIMEDOUT|no answer/i.test(text))) return 'no-answer'
  if (texts.some((text) => /ECONNRESET|EPIPE|closed/i.test(text))) return 'disconnected'
  return texts.at(-1)?.trim() ? 'other' : 'no-answer'
}

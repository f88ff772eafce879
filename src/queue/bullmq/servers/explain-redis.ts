import { isRedisUrl } from '../../../config/server-url.ts'
import { errorCode } from '../../../util/error-code.ts'
import { QueueUnavailable } from '../../queue-unavailable.ts'
import { taskReason } from '../../reason.ts'

/** Advice by the text of an error of the connection or the server. The first match counts. */
const REDIS_ADVICE: readonly [RegExp, string][] = [
  [/ECONNREFUSED/, 'nothing listens there. Start the server, or correct the host and port in REDIS_URL.'],
  [/ENOTFOUND/, 'there is no host with this name. Correct the host in REDIS_URL.'],
  [/EAI_AGAIN/, 'the host name could not be resolved. Check the network, then the host in REDIS_URL.'],
  [/EHOSTUNREACH|ENETUNREACH/, 'the host is unreachable. Check the network, and the host in REDIS_URL.'],
  [/NOAUTH/, 'it requires a password. Put it into REDIS_URL: redis://user:password@host:6379/0.'],
  [/WRONGPASS|invalid password/i, 'it refused the password. Correct the user or the password in REDIS_URL.'],
  [
    /NOPERM/,
    'its user lacks rights. BullMQ runs scripts: let the user run all commands (ACL: `+@all`) on the keys of the queue.',
  ],
  [/DB index is out of range|invalid DB index/i, 'it has no database with this number. Correct the end of REDIS_URL.'],
  [/READONLY/, 'it is a read-only replica. Use the address of the primary in REDIS_URL.'],
  [
    /OOM|maxmemory/,
    'its memory is full. Raise its maxmemory, or empty it: no task in it is the only record of anything.',
  ],
  [
    /MISCONF/,
    'it refuses writes because it cannot save to disk. Free disk space, or turn saving off (`save ""`): hubdex needs none.',
  ],
  [/NOREPLICAS/, 'it refuses writes without replicas. Start them, or set min-replicas-to-write to 0.'],
  [/LOADING|MASTERDOWN/, 'it is still loading its data. Wait until it answers PING with PONG, then start again.'],
  [
    /Unknown RESP type|Protocol error/i,
    'it does not speak the Redis protocol. Correct the host and port in REDIS_URL.',
  ],
  [
    /certificate|CERT_|self-signed/i,
    'its TLS certificate was not accepted. Name its authority in NODE_EXTRA_CA_CERTS, or correct the host.',
  ],
]

const TLS_ADVICE =
  'it does not answer over TLS. If it does not use TLS, write redis:// instead of rediss:// in REDIS_URL.'
const PLAIN_ADVICE =
  'it closed the connection. It may be another kind of server, such as Postgres, or a Redis that requires TLS. Correct the ' +
  'host and port in REDIS_URL, or write rediss:// instead of redis://.'
const SILENT_ADVICE = 'it does not answer. Check the network, a firewall, and the host and port in REDIS_URL.'

/** Names the server for messages, without the password. */
export function describeRedis(redisUrl: string): string {
  if (!isRedisUrl(redisUrl)) return 'The Redis of REDIS_URL, which is not a valid address,'
  return `Redis on ${URL.parse(redisUrl)?.host || 'localhost'}`
}

/** Explains what is wrong with a Redis and what to do. The last error is the closest to the cause. */
export function explainRedis(redisUrl: string, errors: readonly unknown[]): QueueUnavailable {
  const texts = errors.map((error) => `${errorCode(error) ?? ''} ${taskReason(error)}`)
  const advice =
    REDIS_ADVICE.find(([pattern]) => texts.some((text) => pattern.test(text)))?.[1] ??
    adviceOnTransport(redisUrl, texts)
  return new QueueUnavailable(`${describeRedis(redisUrl)} cannot be used: ${advice}`, {
    cause: new AggregateError(errors),
  })
}

function adviceOnTransport(redisUrl: string, texts: readonly string[]): string {
  const isTls = URL.parse(redisUrl)?.protocol === 'rediss:'
  if (isTls && texts.some((text) => /ETIMEDOUT|ECONNRESET|SSL|closed|no answer/i.test(text))) return TLS_ADVICE
  if (texts.some((text) => /ETIMEDOUT|no answer/i.test(text))) return SILENT_ADVICE
  if (texts.some((text) => /ECONNRESET|EPIPE|closed/i.test(text))) return PLAIN_ADVICE
  return texts.at(-1)?.trim() || SILENT_ADVICE
}

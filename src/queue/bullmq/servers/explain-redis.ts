import { isRedisUrl } from '../../../config/server-url.ts'
import { errorCode } from '../../../util/error-code.ts'
import { QueueUnavailable } from '../../queue-unavailable.ts'
import { taskReason } from '../../reason.ts'

/** By what the error of the connection, or the answer of the server, says. The first that fits counts. */
const REDIS_ADVICE: readonly [RegExp, string][] = [
  [/ECONNREFUSED/, 'nothing listens there. Start the server, or correct the host and port in REDIS_URL.'],
  [/ENOTFOUND/, 'there is no host of this name. Correct the host in REDIS_URL.'],
  [/EAI_AGAIN/, 'the name of the host could not be resolved. Check the network, then the host in REDIS_URL.'],
  [/EHOSTUNREACH|ENETUNREACH/, 'there is no way to this host. Check the network, and the host in REDIS_URL.'],
  [/NOAUTH/, 'it wants a password. Put it into REDIS_URL: redis://user:password@host:6379/0.'],
  [/WRONGPASS|invalid password/i, 'it refused the password. Correct the user or the password in REDIS_URL.'],
  [
    /NOPERM/,
    'its user lacks rights. BullMQ runs scripts: let the user run all commands (ACL: `+@all`) on the keys of the queue.',
  ],
  [/DB index is out of range|invalid DB index/i, 'it has no database of this number. Correct the end of REDIS_URL.'],
  [/READONLY/, 'it is a replica that takes no writes. Give the address of the primary in REDIS_URL.'],
  [
    /OOM|maxmemory/,
    'its memory is full. Raise its maxmemory, or empty it: no task in it is the only record of anything.',
  ],
  [
    /MISCONF/,
    'it takes no writes because it cannot save to disk. Free its disk, or switch saving off (`save ""`): hubdex needs none.',
  ],
  [/NOREPLICAS/, 'it takes no writes without replicas. Start them, or set min-replicas-to-write to 0.'],
  [/LOADING|MASTERDOWN/, 'it is still loading its data. Wait until it answers PING with PONG, then start again.'],
  [/Unknown RESP type|Protocol error/i, 'it does not speak as Redis does. Correct the host and port in REDIS_URL.'],
  [
    /certificate|CERT_|self-signed/i,
    'its TLS certificate was not accepted. Name its authority in NODE_EXTRA_CA_CERTS, or correct the host.',
  ],
]

const TLS_ADVICE = 'it does not answer over TLS. If it speaks none, write redis:// instead of rediss:// in REDIS_URL.'
const PLAIN_ADVICE =
  'it broke the connection off, as another kind of server does, such as Postgres, or a Redis that speaks TLS only. Correct the ' +
  'host and port in REDIS_URL, or write rediss:// instead of redis://.'
const SILENT_ADVICE = 'it does not answer. Check the network, a firewall, and the host and port in REDIS_URL.'

/** What a person needs to recognize the server; never the password. */
export function describeRedis(redisUrl: string): string {
  if (!isRedisUrl(redisUrl)) return 'The Redis of REDIS_URL, which is no address of one,'
  return `Redis on ${URL.parse(redisUrl)?.host || 'localhost'}`
}

/** Says what is wrong with a Redis, and what to do. The last error told is the closest to the cause. */
export function explainRedis(redisUrl: string, errors: readonly unknown[]): QueueUnavailable {
  const told = errors.map((error) => `${errorCode(error) ?? ''} ${taskReason(error)}`)
  const advice =
    REDIS_ADVICE.find(([pattern]) => told.some((text) => pattern.test(text)))?.[1] ?? adviceOnTransport(redisUrl, told)
  return new QueueUnavailable(`${describeRedis(redisUrl)} cannot be used: ${advice}`, {
    cause: new AggregateError(errors),
  })
}

function adviceOnTransport(redisUrl: string, told: readonly string[]): string {
  const isTls = URL.parse(redisUrl)?.protocol === 'rediss:'
  if (isTls && told.some((text) => /ETIMEDOUT|ECONNRESET|SSL|closed|no answer/i.test(text))) return TLS_ADVICE
  if (told.some((text) => /ETIMEDOUT|no answer/i.test(text))) return SILENT_ADVICE
  if (told.some((text) => /ECONNRESET|EPIPE|closed/i.test(text))) return PLAIN_ADVICE
  return told.at(-1)?.trim() || SILENT_ADVICE
}

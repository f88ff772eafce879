import { CodedError } from '../util/coded-error.ts'

type QueueUnavailableCode =
  | 'connection-refused'
  | 'no-such-host'
  | 'unresolved-host'
  | 'no-route'
  | 'no-answer'
  | 'disconnected'
  | 'wrong-protocol'
  | 'loading'
  | 'too-old'
  | 'is-cluster'
  | 'read-only'
  | 'may-evict'
  | 'out-of-memory'
  | 'disk-full'
  | 'no-replicas'
  | 'no-such-database'
  | 'access-denied'
  | 'password-missing'
  | 'password-refused'
  | 'tls-unsupported'
  | 'certificate-refused'
  | 'other'

/** The queue's server cannot be used. The message says what is wrong, what was expected and what to do. */
export class QueueUnavailable extends CodedError<QueueUnavailableCode> {
  override readonly name = 'QueueUnavailable'
}

/** The queue's server cannot be used. The message says what is wrong, what was expected and what to do. */
export class QueueUnavailable extends Error {
  override readonly name = 'QueueUnavailable'
}

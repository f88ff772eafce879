/** The queue carries the tasks of another catalog; the message names both, and says what to do. */
export class OtherQueue extends Error {
  override readonly name = 'OtherQueue'
}

/** A query with an unknown name or a number out of range. The message lists what is allowed. */
export class InvalidSearch extends Error {
  override readonly name = 'InvalidSearch'
}

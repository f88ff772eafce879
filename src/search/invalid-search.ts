/** A search that asks for what does not exist or for a number out of its range. The message lists what is allowed. */
export class InvalidSearch extends Error {
  override readonly name = 'InvalidSearch'
}

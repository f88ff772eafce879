/** The queue holds the tasks of another catalog. The message names both catalogs and says what to do. */
export class OtherQueue extends Error {
  override readonly name = 'OtherQueue'
}

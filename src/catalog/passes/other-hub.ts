/** Thrown before a catalog of one Hub would be filled from another. Nothing was written. */
export class OtherHub extends Error {
  override readonly name = 'OtherHub'

  constructor(own: string, asked: string) {
    super(
      `This catalog is of ${own}, and the endpoint is ${asked}; expected the same, for a catalog holds one Hub. Give the ` +
        'other Hub a catalog of its own (--data-dir or DATABASE_URL), or correct --endpoint (HF_ENDPOINT). If both are ' +
        `addresses of one Hub, say so with HUBDEX_PREVIOUS_ENDPOINT=${own}.`,
    )
  }
}

/** A crawl of one Hub would write to the catalog of another. Nothing was written. */
export class OtherHub extends Error {
  override readonly name = 'OtherHub'

  constructor(own: string, endpoint: string) {
    super(
      `This catalog belongs to ${own}, but the endpoint is ${endpoint}; a catalog holds one Hub. Use another catalog for ` +
        'the other Hub (--data-dir or DATABASE_URL), or correct --endpoint (HF_ENDPOINT). If both are addresses of the ' +
        `same Hub, set HUBDEX_PREVIOUS_ENDPOINT=${own}.`,
    )
  }
}

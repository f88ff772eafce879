/** Thrown when a catalogue of one Hub is to be filled from another: nothing was written. */
export class OtherHub extends Error {
  override readonly name = 'OtherHub'

  constructor(own: string, asked: string) {
    super(
      `This catalogue is of ${own}, and the endpoint is ${asked}; expected the same, for a catalogue holds one Hub. Give the ` +
        'other Hub a catalogue of its own (--data-dir or DATABASE_URL), or correct --endpoint (HF_ENDPOINT). If both are ' +
        `addresses of one Hub, say so with HUBDEX_SAME_HUB=${own}.`,
    )
  }
}

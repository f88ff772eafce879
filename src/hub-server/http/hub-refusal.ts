/** An error response in the Hub's words. `message` goes into the body and the X-Error-Message header. */
export class HubRefusal extends Error {
  readonly status: number
  /** The X-Error-Code header, if the Hub sends one. */
  readonly code: string | undefined

  constructor(status: number, message: string, code?: string) {
    super(message)
    this.name = 'HubRefusal'
    this.status = status
    this.code = code
  }

  /** The Hub asks for a token for gated repos, but not for missing ones, which may be private. */
  get asksForToken(): boolean {
    return this.status === 401 && this.code === 'GatedRepo'
  }
}

export const unknownPage = () => new HubRefusal(404, "Sorry, we can't find the page you are looking for.")

/** Clients parse the authoritative list of values from this form. */
export const notOneOf = (parameter: string, allowed: readonly string[]) =>
  new HubRefusal(400, `"${parameter}" must be one of [${allowed.join(', ')}]`)

/** The place of an error in the text of a query; both are counted from 1. */
export interface QueryPosition {
  line: number
  column: number
}

/** The query is invalid or not allowed, and has to be changed. */
export class QueryRefused extends Error {
  override readonly name = 'QueryRefused'
  readonly code: string
  readonly position: QueryPosition | undefined

  constructor(message: string, details: { code: string; position?: QueryPosition | undefined; cause?: unknown }) {
    super(message, { cause: details.cause })
    this.code = details.code
    this.position = details.position
  }
}

/** The query ran out of time and was stopped. */
export class QueryTimedOut extends Error {
  override readonly name = 'QueryTimedOut'
  readonly timeoutMs: number

  constructor(timeoutMs: number, options?: ErrorOptions) {
    super(
      `The query was stopped after ${timeoutMs} ms; expected a result within that time. ` +
        'Ask for less (where, limit) or raise HUBDEX_SQL_TIMEOUT_MS.',
      options,
    )
    this.timeoutMs = timeoutMs
  }
}

/** Turns texts into vectors, so that texts of similar meaning have vectors of similar direction. */
export interface Embedder {
  readonly model: string
  /** Undefined: as many as the vectors of the server have. */
  readonly dimensions: number | undefined
  /** Safe to show. */
  readonly address: string
  /**
   * The vectors of the texts, in order. Each has finite numbers only, not all 0, and all have the same length.
   * @throws EmbedderFailure
   */
  embed(texts: readonly string[], use: TextUse, signal?: AbortSignal): Promise<number[][]>
  /** Everything that the vectors depend on, except their number of dimensions. */
  readonly identity: string
}

/** Models may expect a prefix that says whether a text is searched or a query. */
export type TextUse = 'document' | 'query'

export type EmbedderFailureCode =
  | 'unreachable'
  | 'timeout'
  | 'key-refused'
  | 'model-missing'
  | 'throttled'
  | 'server-error'
  | 'refused'
  | 'too-large'
  | 'broken-answer'
  | 'invalid-vector'
  | 'wrong-dimensions'
  | 'superseded'

/** The embedder gives no vectors. The message says what to do, and does not contain the key. */
export class EmbedderFailure extends Error {
  override readonly name = 'EmbedderFailure'
  readonly code: EmbedderFailureCode
  readonly status: number | undefined
  /** How long the server asks to wait. */
  readonly retryAfterMs: number | undefined

  constructor(
    code: EmbedderFailureCode,
    message: string,
    { status, retryAfterMs, ...options }: ErrorOptions & { status?: number; retryAfterMs?: number | undefined } = {},
  ) {
    super(message, options)
    this.code = code
    this.status = status
    this.retryAfterMs = retryAfterMs
  }

  /** Whether the texts may be the cause, so that others can be embedded. */
  get isOfTexts(): boolean {
    return this.code === 'refused' || this.code === 'too-large' || this.code === 'invalid-vector'
  }

  /** Whether the same request may succeed soon. */
  get isTransient(): boolean {
    return ['unreachable', 'timeout', 'throttled', 'server-error'].includes(this.code)
  }
}

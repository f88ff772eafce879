import { fetch, type Response } from 'undici'
import { type Network, outboundAgent, proxyOf } from '../../network/outbound-agent.ts'
import { errorCode } from '../../util/error-code.ts'
import { type Embedder, EmbedderFailure, type TextUse } from './embedder.ts'
import { type EmbedderApi, embedderApiOf } from './embedder-api.ts'

export interface HttpEmbedderOptions {
  /** Ends with `/embeddings` (OpenAI and compatible servers) or `/api/embed` (Ollama). */
  url: string
  model: string
  key?: string | undefined
  /** @default as many as the vectors of the server have */
  dimensions?: number | undefined
  /** Prefixes of texts, as the model expects them. @default none */
  prefixes?: Partial<Record<TextUse, string>>
  timeoutMs: number
  /** @default a direct connection */
  network?: Network | undefined
}

const CONNECTIONS = 4
const CONNECT_TIMEOUT_MS = 10_000
/** More than the vectors of a large batch, as text. */
const MAX_ANSWER_BYTES = 128 * 1024 * 1024
const MAX_QUOTED = 300

/** An embedder behind an HTTP API. */
export class HttpEmbedder implements Embedder {
  readonly model: string
  readonly dimensions: number | undefined
  readonly address: string
  readonly identity: string
  readonly #options: HttpEmbedderOptions
  readonly #api: EmbedderApi
  readonly #dispatcher: ReturnType<typeof outboundAgent>

  constructor(options: HttpEmbedderOptions) {
    const { url, model, dimensions, prefixes = {}, network = {} } = options
    this.model = model
    this.dimensions = dimensions
    this.address = url
    this.identity = JSON.stringify([model, prefixes.document ?? '', prefixes.query ?? ''])
    this.#options = options
    this.#api = embedderApiOf(url)
    this.#dispatcher = outboundAgent(proxyTo(url, network), {
      network,
      connections: CONNECTIONS,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
    })
  }

  async embed(texts: readonly string[], use: TextUse, signal?: AbortSignal): Promise<number[][]> {
    if (texts.length === 0) return []
    const prefix = this.#options.prefixes?.[use] ?? ''
    const { model, dimensions } = this
    const body = this.#api.request({ model, dimensions, input: texts.map((text) => `${prefix}${text}`.toWellFormed()) })
    const vectors = this.#api.vectors(await this.#post(JSON.stringify(body), signal))
    if (vectors?.length !== texts.length) {
      throw this.#failure('broken-answer', `returned ${vectors?.length ?? 'no'} vectors for ${texts.length} texts.`)
    }
    const checked = vectors.map((vector) => this.#checked(vector))
    this.#checkLengths(checked)
    return checked
  }

  #checked(vector: unknown): number[] {
    const isVector = Array.isArray(vector) && vector.length > 0 && vector.every((part) => Number.isFinite(part))
    if (isVector && vector.some((part) => part !== 0)) return vector as number[]
    throw this.#failure('invalid-vector', 'returned a vector that is empty, zero or not of finite numbers.')
  }

  #checkLengths(vectors: readonly number[][]): void {
    const expected = this.dimensions ?? vectors[0]?.length
    const other = vectors.find(({ length }) => length !== expected)
    if (other === undefined) return
    throw this.#failure(
      'wrong-dimensions',
      `returned a vector of ${other.length} dimensions instead of ${expected}. Check the model, and set ` +
        'HUBDEX_EMBEDDER_DIMENSIONS to a number that it supports, or unset it.',
    )
  }

  async #post(body: string, signal?: AbortSignal): Promise<unknown> {
    const { url, key, timeoutMs } = this.#options
    const deadline = AbortSignal.timeout(timeoutMs)
    try {
      const response = await fetch(url, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) },
        // A redirect could lead the texts and the key elsewhere.
        redirect: 'manual',
        signal: signal === undefined ? deadline : AbortSignal.any([deadline, signal]),
        dispatcher: this.#dispatcher,
      })
      const text = await readText(response)
      if (!response.ok) throw this.#refusal(response, text)
      return jsonOf(text) ?? this.#throw('broken-answer', `does not answer with JSON but: ${quoted(text)}`)
    } catch (error) {
      signal?.throwIfAborted()
      if (error instanceof EmbedderFailure) throw error
      if (deadline.aborted) {
        throw this.#failure(
          'timeout',
          `did not answer within ${timeoutMs / 1000} s. Set HUBDEX_EMBEDDER_TIMEOUT_MS higher.`,
          error,
        )
      }
      if (error instanceof AnswerTooLarge) throw this.#failure('broken-answer', 'answers with too many bytes.', error)
      throw this.#failure(
        'unreachable',
        `cannot be reached: ${causeOf(error)}. Is it running, and is the address right?`,
        error,
      )
    }
  }

  #refusal(response: Response, text: string): EmbedderFailure {
    const { status } = response
    const message = `answered ${status}: ${quoted(this.#api.error(jsonOf(text)) ?? text)}`
    const retryAfterMs = secondsOf(response.headers.get('retry-after'))
    const failure = (code: EmbedderFailure['code'], advice = '') =>
      new EmbedderFailure(code, this.#sentence(`${message}${advice}`), { status, retryAfterMs })
    if (status === 401 || status === 403) return failure('key-refused', ' Check HUBDEX_EMBEDDER_KEY.')
    if (status === 404) return failure('model-missing', ' Check HUBDEX_EMBEDDER_URL and HUBDEX_EMBEDDER_MODEL.')
    if (status === 429) return failure('throttled', ' Set HUBDEX_EMBEDDER_TEXTS_PER_MINUTE to what the server allows.')
    if (status === 413) return failure('too-large')
    if (status === 408) return failure('timeout')
    if (status >= 500) return failure('server-error')
    return failure(status >= 400 ? 'refused' : 'broken-answer')
  }

  #throw(code: EmbedderFailure['code'], text: string): never {
    throw this.#failure(code, text)
  }

  #failure(code: EmbedderFailure['code'], text: string, cause?: unknown): EmbedderFailure {
    return new EmbedderFailure(code, this.#sentence(text), { cause })
  }

  /** A server may repeat the key. */
  #sentence(text: string): string {
    const { key } = this.#options
    const sentence = `The embedder at ${this.address} ${text}`
    return key === undefined ? sentence : sentence.replaceAll(key, '********')
  }
}

class AnswerTooLarge extends Error {}

async function readText(response: Response): Promise<string> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of response.body ?? []) {
    bytes += part.byteLength
    if (bytes > MAX_ANSWER_BYTES) throw new AnswerTooLarge()
    parts.push(part)
  }
  return Buffer.concat(parts).toString()
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

function secondsOf(text: string | null): number | undefined {
  return text !== null && /^\d{1,6}$/.test(text.trim()) ? Number(text) * 1000 : undefined
}

function quoted(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > MAX_QUOTED ? `${line.slice(0, MAX_QUOTED)}…` : line || 'nothing'
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  return cause instanceof Error ? cause.message || (errorCode(cause) ?? error.message) : error.message
}

/** A host name without a dot is in the local network, such as another container, which no proxy can reach. */
function proxyTo(address: string, network: Network): ReturnType<typeof proxyOf> {
  const url = new URL(address)
  return url.hostname.includes('.') ? proxyOf(url, network) : undefined
}

/** The shape of requests and answers of an embedding API. */
export interface EmbedderApi {
  request(given: { model: string; dimensions: number | undefined; input: readonly string[] }): unknown
  /** The vectors in the order of the texts, unchecked; undefined for an answer of another shape. */
  vectors(answer: unknown): unknown[] | undefined
  /** The message of an error. */
  error(answer: unknown): string | undefined
}

/** OpenAI's `POST /v1/embeddings`, which many servers speak: data may be in any order. */
const OPENAI: EmbedderApi = {
  request: ({ model, dimensions, input }) => ({
    model,
    input,
    encoding_format: 'float',
    ...(dimensions === undefined ? {} : { dimensions }),
  }),
  vectors: (answer) => {
    const data = fieldOf(answer, 'data')
    if (!Array.isArray(data)) return undefined
    const places = data.map((item: unknown, place) => {
      const index = fieldOf(item, 'index')
      return { index: typeof index === 'number' ? index : place, vector: fieldOf(item, 'embedding') }
    })
    return places.sort((left, right) => left.index - right.index).map(({ vector }) => vector)
  },
  error: (answer) =>
    textOf(fieldOf(fieldOf(answer, 'error'), 'message') ?? fieldOf(answer, 'error') ?? fieldOf(answer, 'message')),
}

/** Ollama's `POST /api/embed`. Texts longer than the context of the model are truncated. */
const OLLAMA: EmbedderApi = {
  request: ({ model, dimensions, input }) => ({
    model,
    input,
    truncate: true,
    ...(dimensions === undefined ? {} : { dimensions }),
  }),
  vectors: (answer) => {
    const vectors = fieldOf(answer, 'embeddings')
    return Array.isArray(vectors) ? vectors : undefined
  },
  error: (answer) => textOf(fieldOf(answer, 'error')),
}

/** The API at an address, by its path. */
export function embedderApiOf(url: string): EmbedderApi {
  return new URL(url).pathname.endsWith('/api/embed') ? OLLAMA : OPENAI
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

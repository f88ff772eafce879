import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** How a server misbehaves, for as long as it is set. */
interface EmbedderFaults {
  /** Answers with this status instead. */
  status?: number
  retryAfterSecs?: number
  /** Answers with this text instead. */
  body?: string
  delayMs?: number
  /** Answers after this. */
  heldUntil?: Promise<unknown>
  /** Closes the connection without an answer. */
  isDead?: boolean
  /** Answers 400 if one of the texts contains this. */
  refusedWord?: string
  /** The vector of a text that contains this has a null, as JSON writes NaN. */
  brokenWord?: string
  /** Returns vectors of so many dimensions. */
  dimensions?: number
  /** Leaves out the last vector. */
  isShort?: boolean
}

interface EmbedderRequest {
  model: string
  input: string[]
  dimensions?: number
  authorization: string | undefined
}

export interface TestEmbedder extends AsyncDisposable {
  /** Of the API of OpenAI. */
  openaiUrl: string
  /** Of the API of Ollama. */
  ollamaUrl: string
  requests: EmbedderRequest[]
  faults: EmbedderFaults
  /** All texts that were embedded. */
  texts(): string[]
}

/** Words that mean the same. */
const CONCEPTS = ['picture image photo visual', 'describe caption captioning', 'speech voice spoken', 'doctor medical clinic']
const DIMENSIONS = 64

/** A real embedder over HTTP. The vector of a text is the sum of vectors of its words; words of one concept have the same one. */
export async function startTestEmbedder({ key }: { key?: string } = {}): Promise<TestEmbedder> {
  const requests: EmbedderRequest[] = []
  const embedder = { requests, faults: {} as EmbedderFaults }
  const server = createServer((request, response) => void respond(request, response, embedder, key))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    openaiUrl: `${origin}/v1/embeddings`,
    ollamaUrl: `${origin}/api/embed`,
    requests,
    get faults() {
      return embedder.faults
    },
    set faults(faults) {
      embedder.faults = faults
    },
    texts: () => requests.flatMap(({ input }) => input),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  embedder: { requests: EmbedderRequest[]; faults: EmbedderFaults },
  key: string | undefined,
): Promise<void> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  const { model, input, dimensions } = JSON.parse(Buffer.concat(parts).toString()) as Omit<EmbedderRequest, 'authorization'>
  const { authorization } = request.headers
  embedder.requests.push({ model, input, ...(dimensions === undefined ? {} : { dimensions }), authorization })
  const { faults } = embedder
  const isOllama = request.url === '/api/embed'
  const send = (status: number, body: string) => {
    const retryAfter = faults.retryAfterSecs === undefined ? {} : { 'retry-after': String(faults.retryAfterSecs) }
    response.writeHead(status, { 'content-type': 'application/json', ...retryAfter }).end(body)
  }
  const sendError = (status: number, message: string) =>
    send(status, JSON.stringify({ error: isOllama ? message : { message } }))
  if (faults.delayMs !== undefined) await sleep(faults.delayMs)
  await faults.heldUntil
  if (faults.isDead) return void response.destroy()
  if (faults.body !== undefined) return send(faults.status ?? 200, faults.body)
  if (faults.status !== undefined) return sendError(faults.status, `the server says ${faults.status}`)
  if (key !== undefined && authorization !== `Bearer ${key}`) return sendError(401, `wrong key ${authorization}`)
  const { refusedWord, brokenWord } = faults
  if (refusedWord !== undefined && input.some((text) => text.includes(refusedWord))) return sendError(400, 'a text is too long')
  const vectors = input.map((text): (number | null)[] => {
    const vector: (number | null)[] = vectorOf(text, faults.dimensions ?? dimensions ?? DIMENSIONS)
    return brokenWord !== undefined && text.includes(brokenWord) ? vector.with(0, null) : vector
  })
  const sent = faults.isShort ? vectors.slice(1) : vectors
  // The API of OpenAI promises no order.
  const data = sent.map((embedding, index) => ({ object: 'embedding', index, embedding })).reverse()
  send(200, JSON.stringify(isOllama ? { model, embeddings: sent } : { object: 'list', model, data }))
}

function vectorOf(text: string, dimensions: number): number[] {
  const vector = Array.from({ length: dimensions }, () => 0)
  for (const word of text.toLowerCase().match(/\p{L}+/gu) ?? ['']) {
    const concept = CONCEPTS.findIndex((words) => words.split(' ').includes(word))
    const name = concept === -1 ? word : `concept ${concept}`
    const weight = concept === -1 ? 1 : 5
    for (let copy = 0; copy < 4; copy++) {
      const digest = createHash('sha256').update(`${copy} ${name}`).digest()
      const place = digest.readUInt32LE(0) % dimensions
      vector[place] = (vector[place] ?? 0) + (((digest[4] ?? 0) & 1) === 0 ? weight : -weight)
    }
  }
  // Never zero as a whole.
  vector[0] = (vector[0] ?? 0) + 0.01
  return vector
}

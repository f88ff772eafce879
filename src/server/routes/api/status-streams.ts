import type { ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { HttpProblem } from '../../http/problem.ts'
import { clientNetworkOf } from '../../security/client-network.ts'

/** A stream costs a socket and a few kilobytes; the status is read once for all of them. */
const MAX_STREAMS = 2_000
/** For one network of clients. This machine may have all of them. */
const MAX_PER_NETWORK = 200
/** Time between two reads of the status. */
const INTERVAL_MS = 5_000
/** How long clients may take to get the end of a stream when the server stops. */
const MAX_END_MS = 2_000
/** A client that has this much unread is disconnected. */
const MAX_UNREAD_BYTES = 1024 * 1024

interface Stream {
  response: ServerResponse
  network: string
}

/** Sends the status to all clients that listen: at once, then when it changes; else a comment, which keeps proxies waiting. */
export class StatusStreams {
  readonly #read: () => Promise<string>
  readonly #streams = new Set<Stream>()
  #timer: NodeJS.Timeout | undefined
  #last: string | undefined
  #isReading = false
  #isClosed = false

  constructor(read: () => Promise<string>) {
    this.#read = read
  }

  /** Takes over a reply. @throws HttpProblem if there are too many streams */
  add(request: FastifyRequest, reply: FastifyReply): void {
    const network = clientNetworkOf(request.ip)
    const isOwn = network === '127.0.0.1' || request.ip === '::1'
    const ofNetwork = [...this.#streams].filter((stream) => stream.network === network).length
    if (this.#isClosed || this.#streams.size >= MAX_STREAMS || (!isOwn && ofNetwork >= MAX_PER_NETWORK)) {
      reply.header('retry-after', '60')
      throw new HttpProblem(503, 'too-many-streams', 'Too many streams are open. Close some, or ask for /api/v1/status.')
    }
    reply.hijack()
    const response = reply.raw
    response.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      // Nothing else can come on it.
      connection: 'close',
      // nginx would collect events.
      'x-accel-buffering': 'no',
    })
    const stream = { response, network }
    this.#streams.add(stream)
    response.on('close', () => this.#remove(stream))
    response.on('error', () => this.#remove(stream))
    response.write(this.#last === undefined ? 'retry: 5000\n\n' : `retry: 5000\n${eventOf(this.#last)}`)
    this.#readNext()
  }

  /** Ends all streams, and waits a moment until clients have got the end. */
  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#timer)
    const ends = [...this.#streams].map(({ response }) => new Promise<void>((resolve) => response.end(resolve)))
    await Promise.race([Promise.all(ends), delay(MAX_END_MS, undefined, { ref: false })])
    for (const { response } of this.#streams) response.destroy()
  }

  #remove(stream: Stream): void {
    this.#streams.delete(stream)
    if (this.#streams.size > 0) return
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#last = undefined
  }

  /** Reads the status, unless a read is in flight or due later. */
  #readNext(): void {
    if (this.#isReading || this.#timer !== undefined) return
    this.#isReading = true
    this.#read()
      .catch(() => undefined)
      .then((status) => {
        this.#isReading = false
        if (this.#isClosed || this.#streams.size === 0) return
        this.#send(status)
        this.#timer = setTimeout(() => {
          this.#timer = undefined
          this.#readNext()
        }, INTERVAL_MS)
      })
  }

  /** @param status undefined if it cannot be read now */
  #send(status: string | undefined): void {
    const isSame = status === undefined || (this.#last !== undefined && withoutTimes(status) === withoutTimes(this.#last))
    const text = isSame ? ': no change\n\n' : eventOf(status)
    if (!isSame) this.#last = status
    for (const { response } of this.#streams) {
      if (response.writableLength > MAX_UNREAD_BYTES) response.destroy()
      else response.write(text)
    }
  }
}

function eventOf(status: string): string {
  return `event: status\ndata: ${status}\n\n`
}

/** The time of reading always changes. */
function withoutTimes(status: string): string {
  return status.replace(/"readAt":"[^"]*"/, '')
}

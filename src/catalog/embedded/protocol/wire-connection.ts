import { randomInt } from 'node:crypto'
import type { Socket } from 'node:net'
import type { SessionClient, SessionMultiplexer } from '../session-multiplexer.ts'
import { isCopyFromStdin, withoutCopyInResponse } from './copy-in.ts'
import { MessageBuffer } from './message-buffer.ts'
import { parseStartupRequest } from './startup-request.ts'
import { errorResponse, int32, message, PROTOCOL_3_0, readyForQuery, type ServerError, TYPE } from './wire.ts'

/** Postgres allows 1 GB; no statement of hubdex comes near this. */
const MAX_BATCH_BYTES = 256 * 1024 * 1024
/** How much of a result that its client does not read may be buffered in this process. */
const MAX_BACKLOG_BYTES = 256 * 1024 * 1024
/** A query of a disconnected client blocks all others, and Postgres in WebAssembly does not notice. */
const ABANDONED_AFTER_MS = 2_000

/** How long a client may take to read why it is disconnected. */
const LAST_WORDS_MS = 1_000

/** An empty query, with which our own pool tests a connection. */
const PING_BYTES = 6

const AUTHENTICATION_OK = message('R', int32(0))
const EMPTY_QUERY_RESPONSE = message('I')
const COPY_IN_TEXT = message('G', Buffer.from([0, 0, 0]))

interface WireConnectionOptions {
  /** Sent to the client as the server's process id, for cancel requests. */
  id: number
  find: (id: number, secret: number) => WireConnection | undefined
  isClosing: () => boolean
  goingDown: ServerError
  onClose: () => void
}

/** A client's connection: startup, splitting its messages into batches, disconnect. */
export class WireConnection implements SessionClient {
  readonly id: number
  readonly secret = randomInt(2 ** 31)
  readonly #socket: Socket
  readonly #options: WireConnectionOptions
  readonly #buffer = new MessageBuffer()
  #session: SessionMultiplexer | undefined
  #quietSince = performance.now()
  /** The COPY FROM STDIN whose data the client is sending. */
  #copy: Uint8Array | undefined
  /** Whether PGlite's own request for the data of a COPY is to be filtered out. */
  #hasCopied = false
  #ended = false

  constructor(socket: Socket, session: Promise<SessionMultiplexer>, options: WireConnectionOptions) {
    this.id = options.id
    this.#socket = socket
    this.#options = options
    socket.setNoDelay(true)
    socket.on('data', (chunk: Buffer) => this.#receive(chunk, session))
    // A broken socket closes, and 'close' handles that.
    socket.on('error', () => socket.destroy())
    socket.once('close', () => this.#left())
  }

  /** How long the client has neither waited for an answer nor had an open transaction; 0 while it does. */
  quietForMs(): number {
    return this.#copy !== undefined || this.#session?.isActive(this) ? 0 : performance.now() - this.#quietSince
  }

  send(messages: Uint8Array): void {
    if (this.#ended) return
    this.#quietSince = performance.now()
    this.#socket.write(this.#hasCopied ? withoutCopyInResponse(messages) : messages)
    if (this.#socket.writableLength > MAX_BACKLOG_BYTES) {
      this.end({
        severity: 'FATAL',
        code: '53200',
        message: `the client has left more than ${MAX_BACKLOG_BYTES} bytes of the result unread`,
        hint: 'Use LIMIT, or a cursor.',
      })
    }
  }

  end(error: ServerError): void {
    if (this.#ended) return
    this.#ended = true
    this.#socket.end(errorResponse(error), () => this.#socket.destroy())
    setTimeout(() => this.#socket.destroy(), LAST_WORDS_MS).unref()
  }

  #left(): void {
    this.#ended = true
    this.#options.onClose()
    const session = this.#session
    if (session === undefined) return
    session.leave(this)
    if (session.isRunning(this)) setTimeout(() => session.cancel(this), ABANDONED_AFTER_MS).unref()
  }

  #receive(chunk: Uint8Array, session: Promise<SessionMultiplexer>): void {
    if (this.#ended) return
    this.#buffer.append(chunk)
    this.#advance(session)
  }

  #advance(session: Promise<SessionMultiplexer>): void {
    try {
      if (this.#session === undefined) this.#receiveStartup(session)
      else this.#receiveMessages(this.#session)
    } catch (error) {
      this.end(violation(String(error)))
    }
  }

  #receiveStartup(session: Promise<SessionMultiplexer>): void {
    for (let packet = this.#buffer.nextUntyped(); packet !== undefined; packet = this.#buffer.nextUntyped()) {
      const request = parseStartupRequest(packet)
      this.#buffer.take()
      switch (request.type) {
        case 'encrypt':
          this.#socket.write('N')
          break
        case 'cancel':
          this.#options.find(request.id, request.secret)?.cancel()
          this.#socket.destroy()
          return
        case 'start':
          this.#greet(session, request.protocol)
          return
        case 'unknown':
          this.end(violation(`protocol version ${request.version} is not supported; expected 3.0`))
          return
      }
    }
  }

  #greet(pending: Promise<SessionMultiplexer>, protocol: number): void {
    this.#socket.pause()
    pending.then(
      (session) => {
        if (this.#options.isClosing()) {
          this.end(this.#options.goingDown)
          return
        }
        this.#session = session
        if (protocol !== PROTOCOL_3_0) this.send(message('v', int32(PROTOCOL_3_0), int32(0)))
        this.send(Buffer.concat([AUTHENTICATION_OK, session.parameters, message('K', int32(this.id), int32(this.secret))]))
        this.send(readyForQuery('I'))
        this.#socket.resume()
        this.#advance(pending)
      },
      (error) => this.end({ severity: 'FATAL', code: '57P03', message: String(error) }),
    )
  }

  cancel(): void {
    this.#session?.cancel(this)
  }

  #receiveMessages(session: SessionMultiplexer): void {
    for (let next = this.#buffer.next(); next !== undefined; next = this.#buffer.next()) {
      const type = next[0]
      if (type === TYPE.terminate) {
        this.#ended = true
        this.#socket.end()
        return
      }
      if (endsBatch(type, this.#copy !== undefined)) this.#dispatch(session, type, this.#buffer.take())
    }
    if (this.#buffer.lengthBytes > MAX_BATCH_BYTES) {
      this.end(violation(`a statement of more than ${MAX_BATCH_BYTES} bytes`))
    }
  }

  #dispatch(session: SessionMultiplexer, type: number | undefined, batch: Uint8Array<ArrayBuffer>): void {
    if (this.#copy !== undefined) {
      const whole = new Uint8Array(Buffer.concat([this.#copy, batch]))
      this.#copy = undefined
      this.#hasCopied = true
      session.submit(this, whole)
    } else if (type === TYPE.query && batch.length === PING_BYTES && !session.isActive(this)) {
      this.#answerPing()
    } else if (type === TYPE.query && isCopyFromStdin(batch)) {
      this.#copy = batch
      // PGlite's request of an earlier COPY was filtered out long ago; this request is our own.
      this.#hasCopied = false
      this.send(COPY_IN_TEXT)
    } else {
      session.submit(this, batch)
    }
  }

  #answerPing(): void {
    if (this.#options.isClosing()) this.end(this.#options.goingDown)
    else this.send(Buffer.concat([EMPTY_QUERY_RESPONSE, readyForQuery('I')]))
  }
}

/** While a client sends the data of a COPY, Flush and Sync are ignored. */
function endsBatch(type: number | undefined, isCopying: boolean): boolean {
  if (isCopying) return type === TYPE.copyDone || type === TYPE.copyFail
  return type === TYPE.query || type === TYPE.sync || type === TYPE.flush || type === TYPE.functionCall
}

function violation(text: string): ServerError {
  return { severity: 'FATAL', code: '08P01', message: text }
}

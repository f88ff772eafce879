import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PgliteThread } from '../../../src/catalog/embedded/pglite/pglite-thread.ts'
import { MessageBuffer } from '../../../src/catalog/embedded/protocol/message-buffer.ts'
import { message, query, type ServerError, TYPE } from '../../../src/catalog/embedded/protocol/wire.ts'
import { type SessionClient, SessionMultiplexer } from '../../../src/catalog/embedded/session-multiplexer.ts'
import { createDataDirectory } from '../../support/catalog/embedded.ts'

let dataDirectory: string
let session: SessionMultiplexer
/** For each restart, whether the previous thread had ended. */
const endedBefore: boolean[] = []

beforeAll(async () => {
  dataDirectory = await createDataDirectory()
  let thread = await startThread()
  session = new SessionMultiplexer(thread, {
    idleInTransactionMs: 60_000,
    startThread: async () => {
      endedBefore.push(await hasEnded(thread))
      thread = await startThread()
      return thread
    },
    onRestart: () => undefined,
    onRenewal: () => undefined,
    onFailure: () => undefined,
  })
})
afterAll(async () => {
  await session.close()
  await rm(dataDirectory, { recursive: true })
})

test('a cancel request that crosses with the answer causes no second answer', async () => {
  const client = new Client()
  await client.ask('create table numbers (value int)')
  client.onAnswer = () => session.cancel(client)
  expect(await client.ask('insert into numbers values (1)')).toBe('CommandComplete ReadyForQuery I')
  expect(await client.ask('select value from numbers')).toBe('RowDescription DataRow CommandComplete ReadyForQuery I')
})

test('a transaction that a late cancel request has ended disconnects its client', async () => {
  const client = new Client()
  await client.ask('truncate numbers')
  await client.ask('begin')
  client.onAnswer = () => {
    session.cancel(client)
    session.submit(client, new Uint8Array(query('insert into numbers values (2)')))
  }
  expect(await client.ask('insert into numbers values (1)')).toBe('CommandComplete ReadyForQuery T')
  expect(await client.ended).toMatchObject({ severity: 'FATAL', code: '57014' })
  expect(await new Client().ask('select value from numbers')).toBe('RowDescription CommandComplete ReadyForQuery I')
})

test('a failed transaction stays failed when a cancel request crosses with its answer', async () => {
  const client = new Client()
  await client.ask('begin')
  client.onAnswer = () => session.cancel(client)
  expect(await client.ask('select 1/0')).toBe('ErrorResponse ReadyForQuery E')
  expect(await client.ask('select 1')).toBe('ErrorResponse ReadyForQuery E')
  expect(await client.ask('rollback')).toBe('CommandComplete ReadyForQuery I')
})

test('an unfinished pipeline that is cancelled before its turn disconnects its client', async () => {
  const [holder, waiter] = [new Client(), new Client()]
  await holder.ask('begin')
  session.submit(waiter, new Uint8Array(message('H')))
  session.cancel(waiter)
  expect(await waiter.ended).toMatchObject({ severity: 'FATAL', code: '57014' })
  expect(waiter.answers).toEqual([])
  expect(await holder.ask('commit')).toBe('CommandComplete ReadyForQuery I')
})

test('no thread is started before the previous one has ended', () => {
  expect(endedBefore).toEqual([true, true, true])
})

function startThread(): Promise<PgliteThread> {
  return PgliteThread.start(join(dataDirectory, 'postgres'))
}

/** A thread that has ended refuses at once; one that is about to end refuses later. */
async function hasEnded(thread: PgliteThread): Promise<boolean> {
  let isRefused = false
  thread
    .run(new Uint8Array(query('select 1')), () => undefined)
    .catch(() => {
      isRefused = true
    })
  await Promise.resolve()
  await Promise.resolve()
  return isRefused
}

const NAMES: Readonly<Record<string, string>> = {
  C: 'CommandComplete',
  D: 'DataRow',
  E: 'ErrorResponse',
  T: 'RowDescription',
}

/** A client without a socket, which receives messages at once. */
class Client implements SessionClient {
  readonly answers: string[] = []
  readonly ended: Promise<ServerError>
  /** Called once, when an answer is complete and before the session continues. */
  onAnswer: (() => void) | undefined
  readonly #buffer = new MessageBuffer()
  #parts: string[] = []
  #answered = Promise.withResolvers<string>()
  readonly #end = Promise.withResolvers<ServerError>()

  constructor() {
    this.ended = this.#end.promise
  }

  ask(sql: string): Promise<string> {
    this.#answered = Promise.withResolvers()
    session.submit(this, new Uint8Array(query(sql)))
    return this.#answered.promise
  }

  send(messages: Uint8Array): void {
    this.#buffer.append(messages)
    for (let next = this.#buffer.next(); next !== undefined; next = this.#buffer.next()) {
      const type = String.fromCharCode(next[0] ?? 0)
      if (next[0] !== TYPE.readyForQuery) {
        this.#parts.push(NAMES[type] ?? type)
        continue
      }
      const answer = [...this.#parts, `ReadyForQuery ${String.fromCharCode(next.at(-1) ?? 0)}`].join(' ')
      this.#parts = []
      this.answers.push(answer)
      const { onAnswer } = this
      this.onAnswer = undefined
      onAnswer?.()
      this.#answered.resolve(answer)
    }
  }

  end(error: ServerError): void {
    this.#end.resolve(error)
  }
}

import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Engine } from '../../../src/catalog/embedded/engine/engine.ts'
import { MessageBuffer } from '../../../src/catalog/embedded/protocol/message-buffer.ts'
import { message, query, type ServerError, TYPE } from '../../../src/catalog/embedded/protocol/wire.ts'
import { Session, type SessionClient } from '../../../src/catalog/embedded/session.ts'
import { createDataDirectory } from '../../support/catalog/embedded.ts'

let dataDirectory: string
let session: Session
/** For each start of another engine, whether the one before it had ended. */
const endedBefore: boolean[] = []

beforeAll(async () => {
  dataDirectory = await createDataDirectory()
  let engine = await startEngine()
  session = new Session(engine, {
    idleInTransactionMs: 60_000,
    startEngine: async () => {
      endedBefore.push(await hasEnded(engine))
      engine = await startEngine()
      return engine
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

test('a cancel request that crosses with the answer leaves what was answered, and no second answer', async () => {
  const client = new Client()
  await client.ask('create table numbers (value int)')
  client.onAnswer = () => session.cancel(client)
  expect(await client.ask('insert into numbers values (1)')).toBe('CommandComplete ReadyForQuery I')
  expect(await client.ask('select value from numbers')).toBe('RowDescription DataRow CommandComplete ReadyForQuery I')
})

test('a transaction that a late cancel request ended is not answered as if it went on', async () => {
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

test('a failed transaction stays one when a cancel request crosses with its answer', async () => {
  const client = new Client()
  await client.ask('begin')
  client.onAnswer = () => session.cancel(client)
  expect(await client.ask('select 1/0')).toBe('ErrorResponse ReadyForQuery E')
  expect(await client.ask('select 1')).toBe('ErrorResponse ReadyForQuery E')
  expect(await client.ask('rollback')).toBe('CommandComplete ReadyForQuery I')
})

test('an unfinished pipeline that is cancelled before its turn ends its client, whose place in it would be lost', async () => {
  const [holder, waiter] = [new Client(), new Client()]
  await holder.ask('begin')
  session.submit(waiter, new Uint8Array(message('H')))
  session.cancel(waiter)
  expect(await waiter.ended).toMatchObject({ severity: 'FATAL', code: '57014' })
  expect(waiter.answers).toEqual([])
  expect(await holder.ask('commit')).toBe('CommandComplete ReadyForQuery I')
})

test('no engine is started before the one before it has ended', () => {
  expect(endedBefore).toEqual([true, true, true])
})

function startEngine(): Promise<Engine> {
  return Engine.start(join(dataDirectory, 'postgres'))
}

/** An engine that has ended refuses at once; one that is only about to end does so later. */
async function hasEnded(engine: Engine): Promise<boolean> {
  let isRefused = false
  engine
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

/** A client without a socket: what the session sends is there at once. */
class Client implements SessionClient {
  readonly answers: string[] = []
  readonly ended: Promise<ServerError>
  /** Called once, when an answer is whole and the session has not gone on yet. */
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

  /** From the session. */
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

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { openConnection } from '../../../src/catalog/connection.ts'
import { createDataDirectory } from '../../support/catalog/embedded.ts'

const CHILD = new URL('./embedded-child.ts', import.meta.url).pathname

/** A process that writes numbered rows; see embedded-child.ts. */
class Writer {
  readonly name: string
  readonly child: ChildProcess
  readonly lines: string[] = []
  readonly exited: Promise<unknown>
  #onLine: (() => void) | undefined

  constructor(dataDirectory: string, name: string, mode = '') {
    this.name = name
    this.child = spawn(process.execPath, [CHILD, dataDirectory, name, mode], { stdio: ['ignore', 'pipe', 'inherit'] })
    this.exited = once(this.child, 'exit')
    const output = this.child.stdout
    if (output === null) throw new Error('The child has no stdout.')
    createInterface(output).on('line', (line) => {
      this.lines.push(line)
      this.#onLine?.()
    })
  }

  /** Numbers of the rows whose commit was acknowledged. */
  acknowledged(): number[] {
    return this.lines.filter((line) => /^\d+$/.test(line)).map(Number)
  }

  timesServing(): number {
    return this.lines.filter((line) => line === 'serving').length
  }

  async until(isTrue: () => boolean): Promise<void> {
    while (!isTrue()) {
      await new Promise<void>((resolve) => {
        this.#onLine = resolve
      })
    }
  }

  async writesMore(): Promise<void> {
    const before = this.acknowledged().length
    await this.until(() => this.acknowledged().length > before)
  }
}

describe('processes that share an embedded catalog', () => {
  let dataDirectory: string
  let writers: Writer[]

  beforeEach(async () => {
    dataDirectory = await createDataDirectory()
    writers = []
  })
  afterEach(async () => {
    for (const writer of writers) writer.child.kill('SIGKILL')
    await Promise.all(writers.map((writer) => writer.exited))
    await rm(dataDirectory, { recursive: true, force: true })
  })

  function startWriter(name: string, mode?: string): Writer {
    const writer = new Writer(dataDirectory, name, mode)
    writers.push(writer)
    return writer
  }

  async function servingWriter(): Promise<Writer> {
    const { pid } = JSON.parse(await readFile(join(dataDirectory, 'owner.json'), 'utf8'))
    const writer = writers.find(({ child }) => child.pid === pid)
    if (writer === undefined) throw new Error(`No writer is process ${pid}.`)
    return writer
  }

  async function writtenBy(name: string): Promise<number[]> {
    const { pool, close } = await openConnection({ dataDirectory })
    const { rows } = await pool.query<{ number: number }>('select number from written where name = $1', [name])
    await close()
    return rows.map((row) => row.number)
  }

  test('lose no committed row when the serving one is killed, and exactly one other takes over', async () => {
    for (const name of ['a', 'b', 'c']) startWriter(name)
    await Promise.all(writers.map((writer) => writer.writesMore()))

    const victim = await servingWriter()
    victim.child.kill('SIGKILL')
    await victim.exited
    startWriter('d')
    const alive = writers.filter(({ child }) => child.signalCode === null)
    await Promise.all(alive.map((writer) => writer.writesMore()))
    expect(writers.reduce((sum, writer) => sum + writer.timesServing(), 0)).toBe(2)

    for (const { child } of writers) child.kill('SIGTERM')
    await Promise.all(writers.map((writer) => writer.exited))
    for (const writer of writers) {
      expect(await writtenBy(writer.name)).toEqual(expect.arrayContaining(writer.acknowledged()))
    }
  })

  test('continue without an error when the serving one shuts down', async () => {
    const first = startWriter('first', 'strict')
    await first.writesMore()
    const others = ['second', 'third'].map((name) => startWriter(name, 'strict'))
    await Promise.all(others.map((writer) => writer.writesMore()))

    first.child.kill('SIGTERM')
    await first.exited
    expect(first.child.exitCode).toBe(0)
    await Promise.all(others.map((writer) => writer.writesMore()))

    for (const { child } of others) child.kill('SIGTERM')
    await Promise.all(others.map((writer) => writer.exited))
    for (const writer of writers) {
      expect(writer.child.exitCode).toBe(0)
      expect(await writtenBy(writer.name)).toEqual(writer.acknowledged())
    }
  })

  test('create the catalog from scratch when the one that was creating it is killed', async () => {
    await rm(dataDirectory, { recursive: true })
    dataDirectory = await mkdtemp(join(inject('scratchDirectory'), 'fresh-'))
    const first = startWriter('first')
    await first.until(() => first.lines.includes('creating'))
    first.child.kill('SIGKILL')
    await first.exited
    const second = startWriter('second')
    await second.writesMore()
    expect(second.lines.slice(0, 3)).toEqual(['creating', 'serving', '1'])
  })
})

import { setImmediate as tick } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Turns } from '../../src/crawl/turns.ts'

/** Work that logs when it begins, and that the test ends. */
class LoggedWork {
  readonly log: string[] = []
  readonly #ends = new Map<string, PromiseWithResolvers<void>>()

  readonly begin = async (name: string): Promise<string> => {
    this.log.push(`${name} begins`)
    const end = Promise.withResolvers<void>()
    this.#ends.set(name, end)
    await end.promise
    return name
  }

  async end(name: string, error?: Error): Promise<void> {
    if (error === undefined) this.#ends.get(name)?.resolve()
    else this.#ends.get(name)?.reject(error)
    await tick()
  }
}

test('Turns runs shared work in parallel, and exclusive work when nothing else is in flight', async () => {
  const turns = new Turns()
  const work = new LoggedWork()
  const take = (name: string, isAlone: boolean) => turns.take(isAlone, () => work.begin(name))
  const shared = [take('a', false), take('b', false)]
  await tick()
  const alone = [take('x', true), take('y', true)]
  const late = take('c', false)
  await tick()
  expect(work.log).toEqual(['a begins', 'b begins'])
  await work.end('a')
  expect(work.log).toHaveLength(2)
  await work.end('b')
  expect(work.log.at(-1)).toBe('x begins')
  const failed = expect(alone[0]).rejects.toThrow('no')
  await work.end('x', new Error('no'))
  await failed
  expect(work.log.at(-1)).toBe('y begins')
  await work.end('y')
  expect(work.log.at(-1)).toBe('c begins')
  await work.end('c')
  expect(await Promise.all([...shared, alone[1], late])).toEqual(['a', 'b', 'y', 'c'])
})

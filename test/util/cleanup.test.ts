import { expect, test } from 'vitest'
import { Cleanup } from '../../src/util/cleanup.ts'

async function orderOf(steps: (cleanup: Cleanup, done: string[]) => void): Promise<{ done: string[]; error: unknown }> {
  const done: string[] = []
  const cleanup = new Cleanup()
  steps(cleanup, done)
  const error = await cleanup[Symbol.asyncDispose]().catch((thrown: unknown) => thrown)
  return { done, error }
}

test('closes the newest first, once', async () => {
  const { done, error } = await orderOf((cleanup, order) => {
    cleanup.use({ [Symbol.asyncDispose]: async () => void order.push('catalog') })
    cleanup.defer(() => order.push('queue'))
    void cleanup[Symbol.asyncDispose]()
  })
  expect(error).toBeUndefined()
  expect(done).toEqual(['queue', 'catalog'])
})

test('closes the others if one fails, and says so', async () => {
  const { done, error } = await orderOf((cleanup, order) => {
    cleanup.defer(() => order.push('first'))
    cleanup.defer(() => Promise.reject(new Error('broken')))
    cleanup.defer(() => order.push('last'))
  })
  expect(done).toEqual(['last', 'first'])
  expect(error).toMatchObject({ message: 'broken' })
})

test('does nothing after its steps have another owner', async () => {
  const { done } = await orderOf((cleanup, order) => {
    cleanup.defer(() => order.push('catalog'))
    cleanup.move()
  })
  expect(done).toEqual([])
})

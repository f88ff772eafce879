import { expect, it } from 'vitest'
import { passResultOf, passTask } from '../../../src/crawl/tasks/task-data.ts'

const pass = passTask({ kind: 'tags', scope: 'full' })

it('accepts the results of passes that this version returns', () => {
  expect(passResultOf(pass, { outcomes: [], passId: null })).toEqual({ outcomes: [], passId: null })
})

it.each([undefined, {}, { outcomes: [{ kind: 'tags', state: 'unknown state' }], passId: null }])(
  'refuses the result %o of a worker of another version',
  (result) => {
    expect(() => passResultOf(pass, result)).toThrow('pass full tags')
  },
)

import { expect, it } from 'vitest'
import { passTask, refreshTask, resultOf } from '../../../src/crawl/tasks/task-data.ts'

const refresh = refreshTask({ kind: 'model', id: 'a/b' })

it('takes the results of tasks that this version returns', () => {
  const failure = { cause: 'timeout', status: null, answer: 'No answer came.' }
  for (const result of [{ outcome: 'written' }, { outcome: 'unknown', failure }]) {
    expect(resultOf('refresh', refresh, result)).toEqual(result)
  }
  const pass = passTask({ kind: 'tags', scope: 'full' })
  expect(resultOf('pass', pass, { outcomes: [], passId: null })).toEqual({ outcomes: [], passId: null })
})

it.each([undefined, {}, { outcome: 'unknown' }, { outcome: 'a word of tomorrow' }])(
  'refuses the result %o of a worker of another version, and says what to do',
  (result) => {
    expect(() => resultOf('refresh', refresh, result)).toThrow(/refresh model a\/b.*upgrade all processes/)
  },
)

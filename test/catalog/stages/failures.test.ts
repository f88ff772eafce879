import { describe, expect, test } from 'vitest'
import { FAILURE_CAUSES, failureReport } from '../../../src/catalog/stages/failure-cause.ts'
import { failureGroups, recordFailure, resolveFailure, retryFailures } from '../../../src/catalog/stages/failures.ts'
import { BrokenAnswer, ForeignRedirect, NotAuthorized, Refused, RepoNotFound, RetryLater } from '../../../src/hub/errors.ts'
import { sharedCatalog } from '../../support/catalog/catalog.ts'
import { catalogTargets } from '../../support/catalog/embedded.ts'

test.each([
  [new RetryLater('503', { status: 503 }), 'server-error'],
  [new RetryLater('429', { status: 429 }), 'throttled'],
  [new RetryLater('GET x', { isTimeout: true }), 'timeout'],
  [new RetryLater('GET x', { isUnreachable: true }), 'network'],
  [new BrokenAnswer('no JSON'), 'broken-answer'],
  [new BrokenAnswer('GET x', { isTooLarge: true }), 'too-large'],
  [new Refused('400', { status: 400 }), 'refused'],
  [new Refused('403', { status: 403, errorCode: 'GatedRepo' }), 'gated'],
  [new RepoNotFound('404', { status: 404 }), 'gone'],
  [new ForeignRedirect('elsewhere', { to: 'https://b' }), 'moved'],
  [new NotAuthorized('401', { status: 401 }), 'not-authorized'],
  [new TypeError('of null'), 'broken-answer'],
  ['text', 'broken-answer'],
])('%s is kept as %s', (error, cause) => {
  expect(failureReport(error).cause).toBe(cause)
})

test('A long answer with characters that cannot be stored is truncated and sanitized', () => {
  const { answer } = failureReport(new BrokenAnswer(`\0\ud800${'x'.repeat(10_000)}`))
  expect(answer).toHaveLength(1_000)
  expect(answer.startsWith('��xx')).toBe(true)
})

describe.each(catalogTargets)('failures ($engine)', ({ create }) => {
  const catalog = sharedCatalog(create)

  const waiting = (): Promise<unknown> => catalog.value('select count(*)::int from failures where retry_at > now()')

  test('of every cause can be stored', async () => {
    for (const cause of FAILURE_CAUSES) {
      await recordFailure(catalog.db, { task: 'card', hubId: cause, kind: 'model', cause, status: null, answer: 'x' })
    }
    expect(await catalog.value('select count(*)::int from failures')).toBe(FAILURE_CAUSES.length)
  })

  test('are grouped, and retried by group', async () => {
    const failed = { kind: 'model', status: 500, answer: 'trouble' } as const
    for (const hubId of ['a', 'b']) {
      await recordFailure(catalog.db, { ...failed, task: 'card', hubId, cause: 'server-error' })
    }
    await recordFailure(catalog.db, { ...failed, task: 'card', hubId: 'b', cause: 'server-error' })
    await recordFailure(catalog.db, { ...failed, task: 'details', hubId: 'a', cause: 'server-error' })
    await recordFailure(catalog.db, { ...failed, task: 'details', hubId: 'c', cause: 'gone', status: 404 })
    const groups = await failureGroups(catalog.db)
    expect(groups.map(({ task, cause, failures, attempts, status }) => [task, cause, failures, attempts, status])).toEqual([
      ['card', 'server-error', 2, 2, 500],
      ['details', 'gone', 1, 1, 404],
      ['details', 'server-error', 1, 1, 500],
    ])
    expect(groups[0]).toMatchObject({ answer: 'trouble', example: null, retryAt: expect.any(Date) })
    expect(await waiting()).toBe(4)
    expect(await retryFailures(catalog.db, { cause: 'server-error', task: 'details' })).toBe(1)
    expect(await waiting()).toBe(3)
    expect(await retryFailures(catalog.db, { cause: 'gone' })).toBe(1)
    expect(await retryFailures(catalog.db)).toBe(4)
    expect(await waiting()).toBe(0)
    await resolveFailure(catalog.db, 'card', 'a')
    expect(await catalog.value('select count(*)::int from failures')).toBe(3)
  })
})

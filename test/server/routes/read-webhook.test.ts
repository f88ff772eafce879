import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readWebhook } from '../../../src/server/routes/read-webhook.ts'

const repo = { type: 'model', name: 'owner/name', id: '0123456789abcdef01234567', private: false }

function delivery(action: string, scope: string, more: object = {}) {
  return { event: { action, scope }, repo, webhook: { id: 'x', version: 3 }, ...more }
}

describe('a webhook delivery', () => {
  it.each(
    ['create', 'delete', 'update', 'move', 'archive'].flatMap((action) =>
      ['repo', 'repo.content', 'repo.config', 'repo.something.new', 'something'].map((scope) => [action, scope] as const),
    ),
  )('of action %s and scope %s refreshes its repo', (action, scope) => {
    const isDeletion = action === 'delete' && scope === 'repo' ? true : undefined
    expect(readWebhook(delivery(action, scope))).toEqual({
      refresh: [{ kind: 'model', id: 'owner/name', hubId: repo.id, reason: `webhook ${action} ${scope}`, isDeletion }],
    })
  })

  it.each(['discussion', 'discussion.comment', 'discussion.reaction'])('of scope %s changes nothing', (scope) => {
    expect(readWebhook(delivery('create', scope))).toHaveProperty('ignored')
  })

  it.each([
    [{ movedTo: { name: 'owner/other', owner: { id: 'x' } } }],
    [{ event: { action: 'move', scope: 'repo', movedTo: { name: 'owner/other', owner: { id: 'x' } } } }],
  ])('of a move refreshes both names: %j', (more) => {
    const reading = readWebhook(delivery('move', 'repo', more))
    expect('refresh' in reading && reading.refresh.map(({ id }) => id)).toEqual(['owner/name', 'owner/other'])
  })

  it.each(['dataset', 'space'])('may concern a %s', (type) => {
    expect(readWebhook(delivery('update', 'repo', { repo: { ...repo, type } }))).toMatchObject({
      refresh: [{ kind: type }],
    })
  })

  it.each(['kernel', 'bucket', 'user', 'org', 'constructor', 7, null])('about a %s is ignored', (type) => {
    expect(readWebhook(delivery('update', 'repo', { repo: { ...repo, type } }))).toHaveProperty('ignored')
  })

  it.each([
    '../../etc/passwd',
    'a/b/c',
    'a/..',
    '.',
    '',
    'a/',
    'a b',
    'a\0b',
    'a/b?x=1',
    'x'.repeat(500),
    { name: 'a/b' },
    ['a/b'],
    null,
  ])('that names %j is ignored', (name) => {
    expect(readWebhook(delivery('update', 'repo', { repo: { ...repo, name } }))).toHaveProperty('ignored')
  })

  it('loses an invalid hub id', () => {
    const reading = readWebhook(delivery('update', 'repo', { repo: { ...repo, id: "'; drop table" } }))
    expect(reading).toMatchObject({ refresh: [{ hubId: null }] })
  })

  it('may be any JSON: reading never throws, and returns only valid names', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.record({ event: fc.jsonValue(), repo: fc.jsonValue() })), (payload) => {
        const reading = readWebhook(payload)
        if ('ignored' in reading) return
        for (const { id } of reading.refresh) expect(id).toMatch(/^[\w.-]+(\/[\w.-]+)?$/)
      }),
    )
  })
})

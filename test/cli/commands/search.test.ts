import stringWidth from 'string-width'
import { describe, expect, it, test } from 'vitest'
import { searchTables } from '../../../src/cli/reports/search.ts'
import type { Match } from '../../../src/search/matches/match.ts'
import { searchReport } from '../../../src/search/search-report.ts'
import { searchDocument } from '../../search/search-document.ts'
import { hubdex } from '../../support/processes/hubdex.ts'

test.each([
  ['--kind', 'nope'],
  ['--filter', 'kind=model,nope'],
])('an unknown kind is refused, and the known ones are listed: %s %s', async (...option) => {
  const { code, stdout, stderr } = await hubdex(['search', ...option])
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(/nope.*model, dataset, space/)
})

const QUERY = { words: 'llama' }
const ID = 'some-organization/meta-llama-3.1-70b-instruct'
const RESULT = {
  total: 1,
  hits: [
    searchDocument({
      id: ID,
      task: ['image-text-to-text'],
      license: ['creativeml-openrail-m'],
      downloads: 1_234_567,
      likes: 12_345,
      lastModified: '2026-08-20T00:00:00Z',
    }),
  ],
  isRelaxed: false,
  facets: {},
  tookMs: 12.345,
}

test('a hit starts with its kind and id, and times have one decimal', () => {
  const { hits, tookMs } = searchReport(QUERY, RESULT)
  expect(Object.keys(hits[0] ?? {}).slice(0, 3)).toEqual(['kind', 'id', 'hubId'])
  expect(tookMs).toBe(12.3)
})

describe('the matches of hits', () => {
  const match = (field: Match['field'], snippet: string, highlights: Match['highlights'], words: string[]): Match => ({
    ...{ field, snippet, highlights, words },
  })
  const bold = (text: string) => `\u001b[1m${text}\u001b[22m`

  it('are in bold in the id on a terminal, and nowhere else', () => {
    const matches = [
      [
        match('name', 'meta-llama-3.1-70b-instruct', [[5, 10]], ['llama']),
        match('author', 'some-organization', [[0, 4]], ['some']),
      ],
    ]
    const answer = { ...RESULT, matches }
    expect(searchTables(QUERY, answer, 140)).toContain(`${bold('some')}-organization/meta-${bold('llama')}-3.1-70b-instruct `)
    expect(searchTables(QUERY, answer, undefined)).toBe(searchTables(QUERY, RESULT, undefined))
  })

  it.each([
    ['README', match('readme', '… a llama sings', [[4, 9]], ['llama'])],
    ['description', match('description', '… a llama sings', [[4, 9]], ['llama'])],
  ])('are shown below a hit if a word is only in its %s', (label, hidden) => {
    const below = (matches: Match[], width: number | undefined) =>
      searchTables(QUERY, { ...RESULT, matches: [matches] }, width).split('\n')[3]
    expect(below([hidden], 140)).toBe(`  ${label}: … a ${bold('llama')} sings`)
    expect(below([hidden], undefined)).toBe(`  ${label}: … a llama sings`)
    expect(below([match('tags', 'llama', [[0, 5]], ['llama']), hidden], 140)).toBe('')
    expect(below([{ ...hidden, snippet: 'a \u001b[31mllama' }], 140)).toBe(`  ${label}: a \\u{1b}[31mllama`)
    expect(stringWidth(below([{ ...hidden, snippet: 'llama '.repeat(30) }], 80) ?? '')).toBeLessThanOrEqual(80)
  })
})

describe('the table of hits', () => {
  const tableAt = (width: number | undefined) => {
    const [head = '', , hit = ''] = searchTables(QUERY, RESULT, width).split('\n')
    return { head: head.split(/ +/), hit }
  }

  it.each([
    [140, ['kind', 'id', 'task', 'license', 'downloads', 'likes', 'modified']],
    [120, ['kind', 'id', 'task', 'license', 'downloads', 'likes', 'modified']],
    [100, ['kind', 'id', 'task', 'downloads', 'likes', 'modified']],
    [80, ['kind', 'id', 'downloads', 'likes']],
    [60, ['id', 'downloads']],
    [45, ['id']],
  ])('fits into %i columns with the whole id', (width, columns) => {
    const { head, hit } = tableAt(width)
    expect(head).toEqual(columns)
    expect(hit).toContain(ID)
    expect(stringWidth(hit)).toBeLessThanOrEqual(width)
  })

  it('keeps the id whole even if nothing fits', () => {
    expect(tableAt(20)).toEqual({ head: ['id'], hit: ID })
  })
})

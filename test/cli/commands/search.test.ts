import stringWidth from 'string-width'
import { describe, expect, it, test } from 'vitest'
import { searchReport, searchTables } from '../../../src/cli/reports/search.ts'
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

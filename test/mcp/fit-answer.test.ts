import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { withVisibleCharacters } from '../../src/mcp/answer.ts'
import { fitAnswer, MAX_CHARACTERS } from '../../src/mcp/fit-answer.ts'
import { slices, whole } from '../../src/mcp/tools/tool.ts'

const shape = (data: unknown) => data

/** All pages of a list that is paged as tools do. */
async function allPages(items: readonly unknown[], limit: number) {
  const pages: { items: unknown[]; truncated: string[]; length: number }[] = []
  let cursor: string | undefined
  do {
    const opened = slices(
      { key: 'test', cursor, limit },
      async () => items,
      (part) => ({ items: part }),
    )
    const { data, nextCursor, truncated } = await fitAnswer(opened, { shape })
    pages.push({ items: (data as { items: unknown[] }).items, truncated, length: JSON.stringify(data).length })
    cursor = nextCursor ?? undefined
  } while (cursor !== undefined)
  return pages
}

describe('an answer for a model', () => {
  it('never exceeds its limit, and pages together have every item once', async () => {
    const item = fc.record({
      id: fc.nat(),
      text: fc.integer({ min: 0, max: 40_000 }).map((length) => 'a"\n\\é'.repeat(length / 5)),
      list: fc.array(fc.string(), { maxLength: 60 }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(item, { maxLength: 60 }), fc.integer({ min: 1, max: 50 }), async (items, limit) => {
        const pages = await allPages(items, limit)
        for (const { length } of pages) expect(length).toBeLessThanOrEqual(MAX_CHARACTERS)
        expect(pages.flatMap((page) => page.items).map((found) => (found as { id: number }).id)).toEqual(
          items.map(({ id }) => id),
        )
      }),
      { numRuns: 30 },
    )
  })

  it('says nothing if it is complete, and otherwise what is missing', async () => {
    const [complete] = await allPages([{ a: 'b' }], 10)
    expect(complete?.truncated).toEqual([])
    const [fewer] = await allPages(Array(100).fill({ text: 'x'.repeat(900) }), 100)
    expect(fewer?.truncated).toEqual([expect.stringMatching(/only \d+ items.*nextCursor/)])
    const [long] = await allPages([{ text: 'x'.repeat(5_000) }], 10)
    expect(long?.truncated).toEqual(['items[0].text has 1000 of 5000 characters.'])
  })

  it('cuts texts and lists of what cannot be divided', async () => {
    const repo = Object.fromEntries(
      Array.from({ length: 60 }, (_, index) => [`field${index}`, Array(80).fill('y'.repeat(900))]),
    )
    const { data, truncated } = await fitAnswer(
      whole(async () => repo),
      { shape },
    )
    expect(Object.keys(data as object)).toEqual(Object.keys(repo))
    expect(JSON.stringify(data).length).toBeLessThanOrEqual(MAX_CHARACTERS)
    expect(truncated).toContain('field0 has 3 of 80 members.')
  })

  it('is refused if no cut helps', async () => {
    const wide = Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`a${index}`, index]))
    const deep = Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`a${index}`, wide]))
    await expect(
      fitAnswer(
        whole(async () => deep),
        { shape },
      ),
    ).rejects.toMatchObject({ code: 'too-large' })
  })

  it('does not divide a character between pages of a text', async () => {
    const text = '😀'.repeat(10)
    let found = ''
    let cursor: string | undefined
    do {
      const page = await slices(
        { key: 'text', cursor, limit: 3 },
        async () => text,
        (part) => part,
      ).getPage(3)
      expect(page.data.isWellFormed()).toBe(true)
      found += page.data
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    expect(found).toBe(text)
  })

  it('shows characters that people would not see', () => {
    const hidden = String.fromCodePoint(0xe0049, 0xe0067)
    expect(withVisibleCharacters({ [`a${hidden}`]: [`b\u202e${hidden}`, 'line\r\nline', 1, null] })).toEqual({
      'a\\u{e0049}\\u{e0067}': ['b\\u{202e}\\u{e0049}\\u{e0067}', 'line\nline', 1, null],
    })
  })
})

import { HttpProblem } from '../server/http/problem.ts'
import type { Opened, Page } from './tools/tool.ts'

/** Characters of JSON in an answer, about 6,000 tokens. Notice, cursor and notes come on top. */
export const MAX_CHARACTERS = 20_000

/** How long texts and lists may be, from lenient to strict. Lists of items are not cut before their page is one item. */
const CUTS = [
  { text: 1_000, list: 500 },
  { text: 500, list: 50 },
  { text: 200, list: 10 },
  { text: 80, list: 3 },
  { text: 30, list: 1 },
] as const
/** More than any object of a known shape has. */
const MAX_FIELDS = 200
const MAX_NOTES = 10
/** Fewer items than fit on average, because they differ. */
const MARGIN = 0.9

export interface FittedAnswer {
  data: unknown
  nextCursor: string | null
  /** What is missing, in sentences. Empty if nothing is. */
  truncated: string[]
}

/**
 * Gets as many items as an answer may have characters for. If a single item is too long, its texts and lists are cut.
 *
 * @param shape makes the data what agents get of it
 * @throws HttpProblem if nothing helps
 */
export async function fitAnswer(
  { limit, unit = 'items', getPage }: Opened,
  { longestText = CUTS[0].text, shape }: { longestText?: number | undefined; shape(data: unknown): unknown },
): Promise<FittedAnswer> {
  let asked = limit
  for (;;) {
    const page = await getPage(asked)
    const cutPage = cut(shape(page.data), { ...CUTS[0], text: longestText })
    const length = lengthOf(cutPage.value)
    if (length <= MAX_CHARACTERS) return answerOf(page, cutPage, asked < limit ? unit : undefined)
    if (page.size <= 1) return answerOf(page, cutShorter(shape(page.data)), asked < limit ? unit : undefined)
    asked = Math.max(1, Math.floor(page.size * (MAX_CHARACTERS / length) * MARGIN))
  }
}

/** @param unit of the items, if fewer than asked for fit */
function answerOf({ size, nextCursor, truncated = [] }: Page, { value, notes }: Cut, unit: string | undefined): FittedAnswer {
  const next = nextCursor === null ? 'Ask for less.' : '`nextCursor` leads to the rest.'
  const fewer = `An answer has at most ${MAX_CHARACTERS} characters, so that only ${size} ${unit} fit. ${next}`
  return { data: value, nextCursor, truncated: [...(unit === undefined ? [] : [fewer]), ...truncated, ...notes] }
}

interface Cut {
  value: unknown
  notes: string[]
}

function cutShorter(value: unknown): Cut {
  const cuts = CUTS.map((limits) => cut(value, limits))
  const fitting = cuts.find((result) => lengthOf(result.value) <= MAX_CHARACTERS)
  if (fitting !== undefined) return fitting
  throw new HttpProblem(400, 'too-large', 'The answer is too long, however much it is cut. Ask for less.')
}

function cut(value: unknown, limits: { text: number; list: number }): Cut {
  const notes: string[] = []
  let more = 0
  const note = (text: string) => (notes.length < MAX_NOTES ? notes.push(text) : more++)

  function shorten(item: unknown, path: string): unknown {
    if (typeof item === 'string' && item.length > limits.text) {
      note(`${path} has ${limits.text} of ${item.length} characters.`)
      return `${item.slice(0, limits.text).replace(/[\ud800-\udbff]$/, '')}…`
    }
    if (Array.isArray(item)) {
      if (item.length > limits.list) note(`${path} has ${limits.list} of ${item.length} members.`)
      return item.slice(0, limits.list).map((member, index) => shorten(member, `${path}[${index}]`))
    }
    if (typeof item !== 'object' || item === null) return item
    const entries = Object.entries(item)
    if (entries.length > MAX_FIELDS) note(`${path} has ${MAX_FIELDS} of ${entries.length} fields.`)
    return Object.fromEntries(
      entries.slice(0, MAX_FIELDS).map(([name, member]) => [name, shorten(member, path === '' ? name : `${path}.${name}`)]),
    )
  }

  const shortened = shorten(value, '')
  return { value: shortened, notes: more > 0 ? [...notes, `${more} more texts and lists are cut.`] : notes }
}

function lengthOf(value: unknown): number {
  return JSON.stringify(value).length
}

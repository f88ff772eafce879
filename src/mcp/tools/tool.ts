import { z } from 'zod'
import { cursorsOf } from '../../server/http/cursor.ts'
import { HttpProblem } from '../../server/http/problem.ts'
import type { CallApi } from '../api-caller.ts'

/** A part of a list, or an answer that is no list. */
export interface Page<Data = unknown> {
  data: Data
  /** Items in the page; 1 for an answer that cannot be divided. */
  size: number
  nextCursor: string | null
  /** What was left out for other reasons than the size of the answer. */
  truncated?: readonly string[]
}

/** A call of a tool. */
export interface Opened<Data = unknown> {
  /** The number of items that were asked for. */
  limit: number
  /** What the items are. @default 'items' */
  unit?: string
  /** Gets a page of at most so many items. It is called again with fewer items if the page is too long. */
  getPage(limit: number): Promise<Page<Data>>
}

/** A tool of the MCP server. */
export interface Tool<Input extends z.ZodObject = z.ZodObject, Data extends z.ZodObject = z.ZodObject> {
  name: string
  title: string
  description: string
  input: Input
  /** What agents get of the answer. Fields that it does not name are left out. */
  data: Data
  /** Whether the answer has text of hubdex only, which is trusted. @default false */
  isHubdexText?: boolean
  /** Longer texts are cut. @default 1000 characters */
  longestText?: number
  open(input: z.output<Input>, call: CallApi): Opened<z.input<Data>>
}

/** Keeps the types of a tool while it is written, and forgets them for the list of all tools. */
export function defineTool<Input extends z.ZodObject, Data extends z.ZodObject>(tool: Tool<Input, Data>): Tool {
  return tool
}

/** For an answer that is no list. */
export function whole<Data>(read: () => Promise<Data>): Opened<Data> {
  return { limit: 1, getPage: async () => ({ data: await read(), size: 1, nextCursor: null }) }
}

/**
 * Pages through a list or a text that the API answers at once. It is read once, however often the page is too long.
 *
 * @param key everything that determines the list, for the cursor
 */
export function slices<Sequence extends string | readonly unknown[], Data>(
  { key, cursor, limit }: { key: unknown; cursor: string | undefined; limit: number },
  read: () => Promise<Sequence>,
  dataOf: (part: Sequence, whole: Sequence) => Data,
): Opened<Data> {
  const cursors = cursorsOf(key, z.int().min(0))
  const from = cursor === undefined ? 0 : cursors.read(cursor)
  let reading: Promise<Sequence> | undefined
  return {
    limit,
    getPage: async (size) => {
      reading ??= read()
      const sequence = await reading
      const end = endOf(sequence, from + size)
      const part = sequence.slice(from, end) as Sequence
      return {
        data: dataOf(part, sequence),
        size: part.length,
        nextCursor: end >= sequence.length ? null : cursors.write(end),
      }
    },
  }
}

/** Does not divide a character that has two code units. */
function endOf(sequence: string | readonly unknown[], end: number): number {
  return typeof sequence === 'string' && /[\ud800-\udbff]/.test(sequence[end - 1] ?? '') ? end + 1 : end
}

/** JSON of any shape as it is, or cut as a text if it is too long. */
export function shortJson(value: unknown, characters: number): unknown {
  if (typeof value !== 'object' || value === null) return value
  const text = JSON.stringify(value)
  return text.length <= characters ? value : `${text.slice(0, characters)}…`
}

/** Leaves out fields that say nothing: null and empty lists. */
export function withoutEmpty<Fields extends object>(fields: Fields): Fields {
  const entries = Object.entries(fields).filter(([, value]) => value !== null && !(Array.isArray(value) && value.length === 0))
  return Object.fromEntries(entries) as Fields
}

/** Expected an input that a schema cannot describe. */
export function invalidInput(detail: string): HttpProblem {
  return new HttpProblem(400, 'invalid-request', detail)
}

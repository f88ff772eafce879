import { instantOf } from '../../hub/instant.ts'
import { HubRefusal } from '../http/hub-refusal.ts'
import type { Position, SortKey, SortValue } from '../hub-store.ts'

const DATE_KEYS: ReadonlySet<SortKey> = new Set(['createdAt', 'lastModified'])

/**
 * The Hub's cursor: base64 of the database condition for repos of the next page. For a `search` it has an additional token,
 * which has no meaning here but must survive the round trip.
 */
export function encodeCursor(sort: SortKey, descending: boolean, position: Position, isSearch: boolean): string {
  const after = { $gt: position.hubId }
  const condition =
    position.value === null
      ? [{ [sort]: null, _id: after }]
      : [
          { [sort]: toWire(sort, position.value), _id: after },
          { [sort]: { [descending ? '$lt' : '$gt']: toWire(sort, position.value) } },
          { [sort]: null },
        ]
  const token = isSearch ? { searchSequenceToken: Buffer.from(position.hubId).toString('base64') } : {}
  return Buffer.from(JSON.stringify({ $or: condition, ...token })).toString('base64')
}

/** Throws a 400 unless `encodeCursor` made the cursor for this order. */
export function decodeCursor(sort: SortKey, cursor: string): Position {
  const condition = parseCondition(cursor)
  const hubId = condition?.['_id']?.['$gt']
  if (condition === undefined || !Object.hasOwn(condition, sort) || typeof hubId !== 'string') {
    throw new HubRefusal(400, `Invalid cursor: expected the one of a Link header for sort=${sort}`)
  }
  return { value: fromWire(sort, condition[sort]), hubId }
}

// biome-ignore lint/suspicious/noExplicitAny: a cursor comes back from the wire, and each member read is checked above
function parseCondition(cursor: string): Record<string, any> | undefined {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64').toString())?.$or?.[0] ?? undefined
  } catch {
    // Not base64 or not JSON: the caller's error says what was expected.
    return undefined
  }
}

function toWire(sort: SortKey, value: number | string): number | string {
  return DATE_KEYS.has(sort) ? new Date(value).toISOString() : value
}

function fromWire(sort: SortKey, value: unknown): SortValue {
  if (value === null || typeof value === (sort === 'id' ? 'string' : 'number')) return value as SortValue
  const time = DATE_KEYS.has(sort) && typeof value === 'string' ? instantOf(value) : undefined
  if (time === undefined) throw new HubRefusal(400, 'Invalid cursor: its sort value is not a number, date or null')
  return time
}

import type { HubRepo } from '../../hub-server/hub-store.ts'

/** How a shelf differs from the start, as JSON. */
export interface ShelfState {
  /** Changed fields by index. JSON has no undefined, so that removed fields are named. */
  readonly changed: readonly (readonly [index: number, set: Readonly<Record<string, unknown>>, removed: readonly string[]])[]
  readonly added: readonly HubRepo[]
  readonly removed: readonly number[]
  /** Where names lead. */
  readonly names: readonly (readonly [name: string, index: number])[]
}

export function changeToJson(index: number, fields: Readonly<Record<string, unknown>>): ShelfState['changed'][number] {
  const entries = Object.entries(fields)
  const set = entries.filter(([, value]) => value !== undefined)
  return [index, Object.fromEntries(set), entries.filter(([, value]) => value === undefined).map(([name]) => name)]
}

export function changeFromJson([index, set, removed]: ShelfState['changed'][number]): [number, Record<string, unknown>] {
  return [index, { ...set, ...Object.fromEntries(removed.map((name) => [name, undefined])) }]
}

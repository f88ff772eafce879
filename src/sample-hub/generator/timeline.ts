import { CREATED_FLOOR_MS } from '../shelves/complete-payload.ts'
import type { Draw } from './draw.ts'
import { Topic } from './topic.ts'

/** The last moment of the generated Hub: nothing in it is newer. */
export const LATEST_MS = Date.parse('2026-11-20T00:00:00.000Z')

const FLOOR_SHARE = 0.01
const RUN_LENGTH = 8
const RUN_SHARE = 0.03
const GROWTH = 2.2

export interface Timeline {
  /** Milliseconds since 1970, never decreasing with the index. */
  createdAt(index: number): number
  /** Milliseconds since 1970, between the creation and `LATEST_MS`. */
  modifiedAt(index: number): number
}

/**
 * Creation times: one in a hundred at the Hub's earliest date, the others at a growing rate, with occasional runs in one
 * second, as scripts create them. All of these are ties that a pager has to break.
 */
export function createTimeline(size: number, draw: Draw): Timeline {
  const atFloor = Math.ceil(size * FLOOR_SHARE)

  function createdAt(index: number): number {
    if (index < atFloor) return CREATED_FLOOR_MS
    const run = index - (index % RUN_LENGTH)
    const shared = run >= atFloor && draw(run, Topic.createdRun) < RUN_SHARE ? run : index
    const share = (shared - atFloor + 1) / (size - atFloor + 1)
    return toSecond(CREATED_FLOOR_MS + (LATEST_MS - CREATED_FLOOR_MS) * share ** (1 / GROWTH))
  }

  /** Most repos change little after their creation. */
  function modifiedAt(index: number): number {
    const created = createdAt(index)
    return toSecond(created + (LATEST_MS - created) * draw(index, Topic.modified) ** 6)
  }

  return { createdAt, modifiedAt }
}

function toSecond(time: number): number {
  return Math.floor(time / 1000) * 1000
}

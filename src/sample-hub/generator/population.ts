import { REPO_KINDS, type RepoKind } from '../../hub/kinds.ts'
import { type Counters, createCounters } from './counters.ts'
import { createDraw, type Draw } from './draw.ts'
import { createNames, type Names } from './names.ts'
import { createTimeline, type Timeline } from './timeline.ts'
import { Topic } from './topic.ts'

/** All repos of a kind as functions of the index: nothing is stored. */
export interface Population extends Names, Timeline, Counters {
  readonly kind: RepoKind
  readonly size: number
  readonly draw: Draw
  /** Ascends with the index. Its first eight digits are the second of creation. */
  hubIdAt(index: number): string
  shaAt(index: number): string
}

const KIND_DIGIT: Readonly<Record<RepoKind, string>> = { model: 'a', dataset: 'b', space: 'c' }

export function createPopulation(kind: RepoKind, size: number, seed: number): Population {
  const draw = createDraw(seed * REPO_KINDS.length + REPO_KINDS.indexOf(kind))
  const timeline = createTimeline(size, draw)
  const shaBytes = Buffer.alloc(20)
  const process = KIND_DIGIT[kind] + hex(draw(0, 0), 8) + KIND_DIGIT[kind]
  return {
    kind,
    size,
    draw,
    ...timeline,
    ...createNames(kind, size, draw),
    ...createCounters(kind, draw),
    hubIdAt: (index) => {
      const seconds = (timeline.createdAt(index) / 1000).toString(16)
      return seconds + process + index.toString(16).padStart(6, '0')
    },
    shaAt: (index) => {
      for (let word = 0; word < 5; word++) shaBytes.writeUInt32BE(draw(index, Topic.sha + word * 1000) * 2 ** 32, word * 4)
      return shaBytes.toString('hex')
    },
  }
}

function hex(uniform: number, digits: number): string {
  return Math.floor(uniform * 16 ** digits)
    .toString(16)
    .padStart(digits, '0')
}

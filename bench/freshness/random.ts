import { createDraw } from '../../src/sample-hub/generator/draw.ts'

/** Random numbers in sequence, the same for the same seed. */
export interface Random {
  /** In [0, 1). */
  uniform(): number
  /** Time until the next of events that come `perDay` times a day, in days. */
  waitDays(perDay: number): number
  /** Whole numbers from 1 up with the given mean, small ones most often. */
  count(mean: number): number
}

export function createRandom(seed: number): Random {
  const draw = createDraw(seed)
  let drawn = 0
  const uniform = () => draw(drawn++, 0)
  return {
    uniform,
    waitDays: (perDay) => -Math.log(1 - uniform()) / perDay,
    count: (mean) => 1 + Math.floor(Math.log(1 - uniform()) / Math.log(1 - 1 / mean)),
  }
}

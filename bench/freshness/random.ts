import { createDraw } from '../../src/sample-hub/generator/draw.ts'

/** A sequence of random numbers that depends on the seed only. */
export interface Random {
  /** In [0, 1). */
  uniform(): number
  /** Days until the next event, of `perDay` events per day. */
  waitDays(perDay: number): number
  /** A whole number from 1 up with the given mean, small ones most often. */
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

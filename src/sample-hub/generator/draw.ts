/** A uniform number in [0, 1) for each (index, topic); asked twice, it is the same. */
export type Draw = (index: number, topic: number) => number

/**
 * Random without a sequence: each number is a hash of the seed and of what it is for. So any repo can be made at any
 * time without those before it, and a new property does not change the old ones.
 */
export function createDraw(seed: number): Draw {
  const start = mix(seed | 0)
  return (index, topic) => {
    const hash = mix(mix(start ^ Math.imul(index + 1, 0x9e3779b1)) ^ Math.imul(topic + 1, 0x85ebca77))
    return hash / 0x1_0000_0000
  }
}

/** A bijection of 32 bits in which each bit of the input moves about half of those of the output. */
function mix(value: number): number {
  let bits = value
  bits = Math.imul(bits ^ (bits >>> 16), 0x7feb352d)
  bits = Math.imul(bits ^ (bits >>> 15), 0x846ca68b)
  return (bits ^ (bits >>> 16)) >>> 0
}

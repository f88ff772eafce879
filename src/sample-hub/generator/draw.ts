/** A uniform number in [0, 1) for each (index, topic), always the same. */
export type Draw = (index: number, topic: number) => number

/** Each number is a hash of seed and purpose, so any repo can be generated alone, and new properties change no old ones. */
export function createDraw(seed: number): Draw {
  const start = mix(seed | 0)
  return (index, topic) => {
    const hash = mix(mix(start ^ Math.imul(index + 1, 0x9e3779b1)) ^ Math.imul(topic + 1, 0x85ebca77))
    return hash / 0x1_0000_0000
  }
}

/** A bijection of 32 bits in which each input bit flips about half of the output bits. */
function mix(value: number): number {
  let bits = value
  bits = Math.imul(bits ^ (bits >>> 16), 0x7feb352d)
  bits = Math.imul(bits ^ (bits >>> 15), 0x846ca68b)
  return (bits ^ (bits >>> 16)) >>> 0
}

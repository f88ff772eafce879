import { createHash, timingSafeEqual } from 'node:crypto'

/** Compares hashes of equal length, in constant time. */
export function secretCheck(secret: string): (given: unknown) => boolean {
  const expected = sha256(secret)
  return (given) => timingSafeEqual(sha256(typeof given === 'string' ? given : ''), expected)
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

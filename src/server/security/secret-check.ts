import { createHash, timingSafeEqual } from 'node:crypto'

/** Compares hashes, whose length is the same whatever came, in a time that does not depend on where they differ. */
export function secretCheck(secret: string): (given: unknown) => boolean {
  const expected = sha256(secret)
  return (given) => timingSafeEqual(sha256(typeof given === 'string' ? given : ''), expected)
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

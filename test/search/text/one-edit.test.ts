import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isWithinOneEdit } from '../../../src/search/text/one-edit.ts'

/** Everything that one edit can make of a word, with the letters of a small alphabet. */
function edits(word: readonly string[], alphabet: readonly string[]): Set<string> {
  const made = new Set<string>([word.join('')])
  for (let at = 0; at <= word.length; at++) {
    const [before, after] = [word.slice(0, at), word.slice(at)]
    made.add([...before, ...after.slice(1)].join(''))
    if (after.length > 1) made.add([...before, after[1], after[0], ...after.slice(2)].join(''))
    for (const letter of alphabet) {
      made.add([...before, letter, ...after].join(''))
      if (after.length > 0) made.add([...before, letter, ...after.slice(1)].join(''))
    }
  }
  return made
}

describe('one edit', () => {
  const alphabet = ['a', 'b', 'é', '𝔸']
  const word = fc.array(fc.constantFrom(...alphabet), { maxLength: 6 })

  it('is an insertion, a deletion, a substitution or a swap of neighbors, and nothing else', () => {
    fc.assert(
      fc.property(word, word, (left, right) => {
        expect(isWithinOneEdit(left.join(''), right.join(''))).toBe(edits(left, alphabet).has(right.join('')))
      }),
      { numRuns: 2_000 },
    )
  })

  it('is found at any position', () => {
    fc.assert(
      fc.property(word, (letters) => {
        for (const edited of edits(letters, alphabet)) expect(isWithinOneEdit(letters.join(''), edited)).toBe(true)
      }),
    )
  })
})

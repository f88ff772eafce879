/** Where a number follows letters: `phi3` is also searched as phi and 3. */
const NUMBER_BOUNDARY = /(?<=\p{L}{2})(?=\p{N})/u
/** Shorter parts, other than numbers, are in too many words. */
const MIN_LENGTH = 2
const MAX_PARTS = 4
/** A word with more is no word, such as a letter repeated. */
const MAX_WAYS = 3
/** Longer words are not names, and their parts grow with the square of their length. */
const MAX_LENGTH = 32

/**
 * The words of names of which a typed word is made up, in the ways with the fewest parts. A word that is itself in a name is
 * only split where a number follows letters.
 * @param known those of its pieces that are words of names
 */
export function partsOfWord(word: string, known: ReadonlySet<string>): string[][] {
  const byNumber = word.split(NUMBER_BOUNDARY)
  if (byNumber.length > 1 && byNumber.every((part) => known.has(part))) return [byNumber]
  return known.has(word) ? [] : fewestParts(word, known)
}

/** The parts of a word that could be words of names, and the word itself. */
export function piecesOf(word: string): string[] {
  if (word.length < 2 * MIN_LENGTH || word.length > MAX_LENGTH) return []
  const letters = [...word]
  return letters.flatMap((_, start) =>
    letters.slice(start).flatMap((__, length) => {
      const piece = letters.slice(start, start + length + 1).join('')
      return isUsable(piece) ? [piece] : []
    }),
  )
}

function isUsable(piece: string): boolean {
  return piece.length >= MIN_LENGTH || /^\p{N}$/u.test(piece)
}

/** All ways to make a word of known parts, with as few parts as possible. */
function fewestParts(word: string, known: ReadonlySet<string>): string[][] {
  const pieces = [...new Set(piecesOf(word))].filter((piece) => piece !== word && known.has(piece))
  let open = [{ parts: [] as string[], rest: word }]
  for (let parts = 1; parts <= MAX_PARTS && open.length > 0; parts++) {
    open = open.flatMap((way) =>
      pieces
        .filter((part) => way.rest.startsWith(part))
        .map((part) => ({ parts: [...way.parts, part], rest: way.rest.slice(part.length) })),
    )
    const whole = open.filter(({ rest }) => rest === '')
    if (whole.length > 0) return whole.slice(0, MAX_WAYS).map((way) => way.parts)
  }
  return []
}

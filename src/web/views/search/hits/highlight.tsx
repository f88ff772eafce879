/** Marks the words of a search in a text: anywhere if they are long, else at the beginning of a word. */
export function Highlight({ text, words }: { text: string; words: string }) {
  const pattern = patternOf(words)
  if (pattern === undefined) return <>{text}</>
  return <>{text.split(pattern).map((part, index) => (index % 2 === 1 ? <mark key={index}>{part}</mark> : part))}</>
}

/** With one group, so that every second part of a split text is a match. */
function patternOf(words: string): RegExp | undefined {
  const parts = [...new Set(words.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])].slice(0, 20)
  if (parts.length === 0) return undefined
  // The longest first, because the first alternative that matches wins.
  const alternatives = parts
    .toSorted((left, right) => right.length - left.length)
    .map((part) => (part.length >= 4 ? part : `(?<![\\p{L}\\p{N}])${part}`))
  return new RegExp(`(${alternatives.join('|')})`, 'iu')
}

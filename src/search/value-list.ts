import { InvalidSearch } from './invalid-search.ts'

/** A bare or quoted member, with the comma or end after it. In a quoted one, a doubled quotation mark stands for one. */
const MEMBER = /\s*(?:"((?:[^"]|"")*)"\s*|([^,]*))(,|$)/y

/**
 * Reads a comma-separated list as in CSV. Blanks around members are ignored, quoted members may contain anything, and empty
 * bare members are dropped; `""` is the empty value.
 */
export function readValueList(text: string): string[] {
  const members: string[] = []
  const member = new RegExp(MEMBER)
  for (let isLast = false; !isLast; ) {
    const match = member.exec(text)
    const [, quoted, bare = '', end] = match ?? []
    if (match === null || (quoted === undefined && bare.startsWith('"'))) {
      throw new InvalidSearch(
        `Unbalanced quotation marks in ${text.slice(0, 200)}. Expected "a,b" for a value with a comma, and a quotation ` +
          'mark inside it doubled.',
      )
    }
    if (quoted !== undefined) members.push(quoted.replaceAll('""', '"'))
    else if (bare.trim() !== '') members.push(bare.trim())
    isLast = end !== ','
  }
  return members
}

/** Formats a value for a list, quoted if it would otherwise be misread or invisible. */
export function writeValue(value: string): string {
  return value === '' || value !== value.trim() || /^"|,/.test(value) ? `"${value.replaceAll('"', '""')}"` : value
}

import { UsageError } from './command.ts'

/** One member of a list and the comma or the end after it: in quotation marks, in which two stand for one; or bare. */
const MEMBER = /\s*(?:"((?:[^"]|"")*)"\s*|([^,]*))(,|$)/y

/**
 * The members of a comma-separated list, as in CSV: blanks around a member count for nothing, and one that stands in
 * quotation marks may hold anything. Bare members without a character are dropped; `""` is the empty value.
 */
export function readValueList(text: string): string[] {
  const members: string[] = []
  const member = new RegExp(MEMBER)
  for (let isLast = false; !isLast; ) {
    const match = member.exec(text)
    const [, quoted, bare = '', end] = match ?? []
    if (match === null || (quoted === undefined && bare.startsWith('"'))) {
      throw new UsageError(
        `Unbalanced quotation marks in ${text.slice(0, 200)}. Expected a value with a comma as "a,b", and a quotation mark ` +
          'inside one twice.',
      )
    }
    if (quoted !== undefined) members.push(quoted.replaceAll('""', '"'))
    else if (bare.trim() !== '') members.push(bare.trim())
    isLast = end !== ','
  }
  return members
}

/** A value as a list takes it: in quotation marks where it would not be read as itself, or not be seen. */
export function writeValue(value: string): string {
  return value === '' || value !== value.trim() || /^"|,/.test(value) ? `"${value.replaceAll('"', '""')}"` : value
}

import { truncate } from './wire-fields.ts'

/**
 * The text as Postgres can store it: every NUL and lone surrogate replaced by U+FFFD.
 *
 * @param maxLength characters (UTF-16 units) after which it is cut. @default never
 */
export function sanitizeText(text: string, maxLength = Number.POSITIVE_INFINITY): string {
  return truncate(text, maxLength).toWellFormed().replaceAll('\0', '\uFFFD')
}

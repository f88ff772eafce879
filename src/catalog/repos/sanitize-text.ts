import { truncate } from './wire-fields.ts'

/** Replaces each NUL and lone surrogate, which Postgres cannot store, by U+FFFD. Keeps `maxLength` UTF-16 code units. */
export function sanitizeText(text: string, maxLength = Number.POSITIVE_INFINITY): string {
  return truncate(text, maxLength).toWellFormed().replaceAll('\0', '\uFFFD')
}

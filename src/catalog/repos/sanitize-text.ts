import { truncate } from './wire-fields.ts'

/** Replaces each NUL and lone surrogate, which Postgres cannot store, by U+FFFD. Keeps `maxLength` UTF-16 code units. */
export function sanitizeText(text: string, maxLength = Number.POSITIVE_INFINITY): string {
  const kept = truncate(text, maxLength)
  return kept.isWellFormed() && !kept.includes('\0') ? kept : kept.toWellFormed().replaceAll('\0', '\uFFFD')
}

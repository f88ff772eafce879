/** Text that Postgres can hold: without NUL and half characters, which it refuses. */
export function storable(text: string): string {
  return text.includes('\0') || !text.isWellFormed() ? text.replaceAll('\0', '').toWellFormed() : text
}

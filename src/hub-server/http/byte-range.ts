/** The bytes from `start` to `end`, the latter left out. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/**
 * Reads a Range header: `bytes=0-99`, `bytes=100-` or the last bytes, `bytes=-8`. Undefined asks for the whole file, as
 * does a header that is no single range of bytes; `unsatisfiable` is a range that lies outside of the file.
 */
export function readRange(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '')
  if (match === null) return undefined
  const [, first = '', last = ''] = match
  if (first === '' && last === '') return undefined
  if (first === '') {
    const start = Math.max(0, size - Number(last))
    return Number(last) === 0 || size === 0 ? 'unsatisfiable' : { start, end: size }
  }
  const start = Number(first)
  const end = last === '' ? size : Math.min(size, Number(last) + 1)
  // A range that ends before it starts is no range, and is to be ignored.
  if (last !== '' && Number(last) < start) return undefined
  return start >= size ? 'unsatisfiable' : { start, end }
}

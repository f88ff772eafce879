/** How new the newest answer was, so that a page served by several replicas never goes back in time. See docs/postgres.md. */
let newest: string | undefined

export function positionHeaders(): Record<string, string> {
  return newest === undefined ? {} : { 'hubdex-min-position': newest }
}

export function rememberPosition({ status, headers }: Response): void {
  const position = headers.get('hubdex-position')
  // After a restore from a backup no replica reaches it any more.
  if (status === 503) newest = undefined
  else if (position !== null && (newest === undefined || bytesAt(position) > bytesAt(newest))) newest = position
}

/** `16/B374D848` are two halves of a number of 64 bits. */
function bytesAt(position: string): bigint {
  const [high = '0', low = '0'] = position.split('/')
  return BigInt(`0x${high}${low.padStart(8, '0')}`)
}

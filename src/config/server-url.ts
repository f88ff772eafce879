/** @see isServerUrl */
export function isPostgresUrl(text: string): boolean {
  return isServerUrl(text, /^postgres(ql)?$/)
}

/** @see isServerUrl */
export function isRedisUrl(text: string): boolean {
  return isServerUrl(text, /^rediss?$/)
}

/**
 * Whether an address of a server is written so that all readers find the same host in it. A password with characters that
 * mean something in an address is the usual reason why not, and then a part of the password passes for the host or for the
 * database, which messages name.
 */
function isServerUrl(text: string, scheme: RegExp): boolean {
  const [, found = '', authority = '', rest = ''] = /^([a-z]+):\/\/([^/?#]*)(.*)$/is.exec(text) ?? []
  if (!scheme.test(found.toLowerCase()) || /[@#]/.test(rest) || /[\p{Cc}\\]/u.test(authority)) return false
  return URL.canParse(text)
}

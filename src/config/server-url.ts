/** @see isServerUrl */
export function isPostgresUrl(text: string): boolean {
  return isServerUrl(text, /^postgres(ql)?$/)
}

/** @see isServerUrl */
export function isRedisUrl(text: string): boolean {
  return isServerUrl(text, /^rediss?$/)
}

/**
 * Whether every parser finds the same host in this address. An unescaped special character in the password is the usual reason
 * why not: a part of the password would then be read as the host or the database, which messages name.
 */
function isServerUrl(text: string, scheme: RegExp): boolean {
  const [, found = '', authority = '', rest = ''] = /^([a-z]+):\/\/([^/?#]*)(.*)$/is.exec(text) ?? []
  if (!scheme.test(found.toLowerCase()) || /[@#]/.test(rest) || /[\p{Cc}\\]/u.test(authority)) return false
  return URL.canParse(text)
}

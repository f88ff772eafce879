/**
 * The canonical spelling of a web address: lowercase host without a final dot, no default port, no slash at the end. Only
 * scheme, host, port and path are kept.
 *
 * @throws TypeError when the text is not a URL
 */
export function canonicalUrl(text: string): string {
  const url = new URL(text)
  url.hostname = url.hostname.replace(/\.$/, '')
  return url.origin + url.pathname.replace(/\/+$/, '')
}

/** Whether two addresses are spellings of the same one. Texts that are not URLs must be equal. */
export function isSameUrl(one: string, other: string): boolean {
  return one === other || (URL.canParse(one) && URL.canParse(other) && canonicalUrl(one) === canonicalUrl(other))
}

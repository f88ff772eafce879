/**
 * A web address in the one spelling that stands for all that HTTP takes for the same: host in lower case and without the
 * dot that may end it, no default port, no slash at the end. Of its parts it keeps scheme, host, port and path.
 *
 * @throws TypeError when the text is no URL
 */
export function canonicalUrl(text: string): string {
  const url = new URL(text)
  url.hostname = url.hostname.replace(/\.$/, '')
  return url.origin + url.pathname.replace(/\/+$/, '')
}

/** Whether two addresses are spellings of the same one. A text that is no address is only like itself. */
export function isSameUrl(one: string, other: string): boolean {
  return one === other || (URL.canParse(one) && URL.canParse(other) && canonicalUrl(one) === canonicalUrl(other))
}

/**
 * The target of `rel="next"` in a `Link` header such as `<https://…&cursor=…>; rel="next"`, verbatim.
 *
 * @returns undefined on the last page
 */
export function nextLink(header: string | undefined): string | undefined {
  for (const [, target, parameters] of (header ?? '').matchAll(/<([^>]*)>([^<]*)/g)) {
    if (/;\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next\b)/i.test(parameters ?? '')) return target
  }
  return undefined
}

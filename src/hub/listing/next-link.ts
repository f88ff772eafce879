/** One link: its target, then its parameters, up to a comma. A quoted value may contain any character. */
const LINK = /<([^<>]*)>((?:\s*;[^,;"]*(?:"(?:[^"\\]|\\.)*"[^,;"]*)?)*)/g
const PARAMETER = /;\s*([^\s;,="]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*)))?/g

/**
 * The target of `rel="next"` in a `Link` header (RFC 8288) such as `<https://…&cursor=…>; rel="next"`. It is returned verbatim
 * and may be relative. A malformed link does not affect the others.
 *
 * @returns undefined on the last page
 */
export function nextLink(header: string | undefined): string | undefined {
  for (const [, target = '', parameters = ''] of (header ?? '').matchAll(LINK)) {
    if (relationsOf(parameters).includes('next')) return target.trim()
  }
  return undefined
}

function relationsOf(parameters: string): string[] {
  const relation = [...parameters.matchAll(PARAMETER)].find(([, name]) => name?.toLowerCase() === 'rel')
  return (relation?.[2] ?? relation?.[3] ?? '').toLowerCase().split(/\s+/)
}

/** One link: its target, then its parameters, up to a comma. A quoted value may hold anything. */
const LINK = /<([^<>]*)>((?:\s*;[^,;"]*(?:"(?:[^"\\]|\\.)*"[^,;"]*)?)*)/g
const PARAMETER = /;\s*([^\s;,="]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*)))?/g

/**
 * The target of `rel="next"` in a `Link` header (RFC 8288) such as `<https://…&cursor=…>; rel="next"`, verbatim: it may be
 * relative. A link that cannot be read costs itself alone.
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

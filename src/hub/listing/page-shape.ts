/** How a page is requested: what may differ between the pages of one walk. */
export interface PageShape {
  /** Repos on the page. */
  limit: number | undefined
  /** Properties to send beside `_id` and `id`. */
  expand: readonly string[]
}

/**
 * A link to a page with another number of repos and other properties, if the link names any. The cursor in the link is opaque,
 * so every other part of the link stays as it is, byte by byte.
 *
 * @param isForced also adds what the link does not name
 */
export function shapedLink(link: string, { limit, expand }: PageShape, isForced: boolean): string {
  const { path, query } = partsOf(link)
  const limits = query.filter(isLimit)
  const expands = query.filter(isExpand)
  const keepsLimit = limit === undefined || (limits.length === 0 ? !isForced : limits.every(isOf([String(limit)])))
  const keepsExpand = expands.length === 0 ? !isForced : expands.length === expand.length && expands.every(isOf(expand))
  if (keepsLimit && keepsExpand) return link
  const rest = query.filter((part) => (keepsLimit || !isLimit(part)) && (keepsExpand || !isExpand(part)))
  if (!keepsLimit) rest.push(`limit=${limit}`)
  if (!keepsExpand) rest.push(...expand.map((property) => `expand=${encodeURIComponent(property)}`))
  return textOf(path, rest)
}

/** A link without its shape: equal for two links to the same place of a walk. */
export function placeOf(link: string): string {
  const { path, query } = partsOf(link)
  return textOf(
    path,
    query.filter((part) => !isLimit(part) && !isExpand(part)),
  )
}

function partsOf(link: string): { path: string; query: string[] } {
  const mark = link.indexOf('?')
  return mark < 0 ? { path: link, query: [] } : { path: link.slice(0, mark), query: link.slice(mark + 1).split('&') }
}

function textOf(path: string, query: readonly string[]): string {
  return query.length === 0 ? path : `${path}?${query.join('&')}`
}

function isLimit(part: string): boolean {
  return nameOf(part) === 'limit'
}

function isExpand(part: string): boolean {
  return /^expand(?:\[\d*\])?$/.test(nameOf(part))
}

function isOf(values: readonly string[]): (part: string) => boolean {
  return (part) => values.includes(decoded(part.slice(part.indexOf('=') + 1)))
}

function nameOf(part: string): string {
  return decoded(part.split('=', 1)[0] ?? '')
}

/** A link is hostile text: one with a stray percent sign stays as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

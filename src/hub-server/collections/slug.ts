import type { Collection } from './hub-collections.ts'

const LONGEST_TITLE_PART = 100

/** `owner/title-words-_id`, which changes with the title. */
export function slugOf({ owner, title, hubId, slug }: Pick<Collection, 'owner' | 'title' | 'hubId' | 'slug'>): string {
  if (slug !== undefined) return slug
  const words = wordsOf(title)
  return `${owner}/${words === '' ? '' : `${words}-`}${hubId}`
}

/** The `_id` at the end of a slug, current or old; undefined for a slug without it. */
export function idInSlug(slug: string): string | undefined {
  return /(?:^|-)([0-9a-f]{24})$/.exec(slug)?.[1]
}

/** The title as it stands in a slug. */
export function wordsOf(title: string): string {
  return title
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, LONGEST_TITLE_PART)
}

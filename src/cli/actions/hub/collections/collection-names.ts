import { kindOfPlural } from '../../../../hub/kinds.ts'
import { type CommandContext, UsageError } from '../../../command.ts'
import { repoKind } from '../../../input/arguments.ts'
import { namedRepo } from '../../../input/repo-address.ts'

/** What an item of a collection stands for. */
export interface ItemName {
  type: string
  id: string
}

const PATH_OF_COLLECTION = /^(?:https?:\/\/[^/]+(?:\/[^/]+)*?\/)?collections\/([^/?#]+\/[^/?#]+)/

/** The slug that an argument names: `owner/title-id`, or the address of the collection's page. */
export function slugNamed(text: string): string {
  const slug = PATH_OF_COLLECTION.exec(text.trim())?.[1] ?? text.trim()
  if (/^[^/\s]+\/[^/\s]+$/.test(slug)) return slug
  throw new UsageError(
    `Expected a collection such as owner/title-64f9a55bb3115b4f513ec026 or its address, got "${text.slice(0, 200)}".`,
  )
}

/** The item that an argument names: `owner/name`, `models/owner/name`, `papers/2307.09288`, `collections/slug`, or an address. */
export function itemNamed(
  { settings }: Pick<CommandContext, 'settings'>,
  text: string,
  kindFlag: string | undefined,
): ItemName {
  const paper = /(?:^|\/)papers\/(\d{4}\.\d{4,5})$/.exec(text.trim())?.[1] ?? /^\d{4}\.\d{4,5}$/.exec(text.trim())?.[0]
  if (paper !== undefined) return { type: 'paper', id: paper }
  const slug = PATH_OF_COLLECTION.exec(text.trim())?.[1]
  if (slug !== undefined) return { type: 'collection', id: slug }
  const [plural = '', ...rest] = text.trim().split('/')
  const kind = kindOfPlural(plural)
  if (kind !== undefined && rest.length > 0 && rest.length <= 2) {
    if (kindFlag !== undefined && repoKind(kindFlag) !== kind) throw new UsageError(`${text} is a ${kind}. Leave out --kind.`)
    return { type: kind, id: rest.join('/') }
  }
  const repo = namedRepo(text, kindFlag, [settings.endpoint])
  return { type: repo.kind ?? 'model', id: repo.id }
}

/** Ids of collections may be current or former slugs; their `_id` at the end decides. */
export function sameItem(one: ItemName, other: ItemName): boolean {
  if (one.type !== other.type) return false
  if (one.type === 'collection') return one.id.slice(-24) === other.id.slice(-24)
  return one.id.toLowerCase() === other.id.toLowerCase()
}

import type { HubClient } from '../../../../hub/client.ts'
import type { Collection } from '../../../../hub/collections/collection.ts'
import { HubError, Refused, RepoNotFound } from '../../../../hub/errors.ts'
import { REPO_KINDS } from '../../../../hub/kinds.ts'
import { escapeForTerminal } from '../../../../output/escape.ts'
import { counted } from '../../../../output/format.ts'
import { unknownText } from '../../../../search/read-search.ts'
import { resolveFilters } from '../../../../search/resolve-filters.ts'
import type { SearchSort } from '../../../../search/search-fields.ts'
import { openExistingCatalog } from '../../../../service/open/catalog.ts'
import { type CommandContext, UsageError } from '../../../command.ts'
import { change, type SafetyFlags } from '../../../input/confirm.ts'
import { checkedFlags } from '../../../input/search-flags.ts'
import { withHub } from '../person-hub.ts'
import { type ItemName, sameItem, slugNamed } from './collection-names.ts'
import { CollectionSearches, type RememberedSearch } from './collection-searches.ts'

interface SearchedFlags extends SafetyFlags {
  fromSearch?: true | string[]
  kind?: string[]
  filter?: string[]
  sort?: SearchSort
  limit?: number
}

interface CreateFlags extends SearchedFlags {
  title: string
  namespace?: string
  description?: string
  private?: true
  resourceGroup?: string
}

const DEFAULT_LIMIT = 50

/** `hubdex hub collection create`: an empty collection, or one of what a search finds. */
export async function createAction(context: CommandContext, flags: CreateFlags): Promise<number> {
  const search = searchIn(flags)
  if (search === undefined && isSearched(flags)) throw new UsageError('Add --from-search to fill the collection from a search.')
  const wanted = search === undefined ? undefined : await found(context, search)
  const filled = wanted === undefined ? '' : ` with ${counted(wanted.length, 'item')}: ${wanted.map(({ id }) => id).join(', ')}`
  return await change(context, { what: `Create the collection "${flags.title}"${filled}`, flags }, () =>
    withHub(context, async (hub) => {
      const { collection, isNew } = await created(context, hub, flags, search !== undefined)
      const { slug } = collection
      if (search === undefined || wanted === undefined) {
        return context.answer(collection.payload, () => `Created the collection ${escapeForTerminal(slug)}`)
      }
      const report = await fill(context, hub, collection, search, wanted)
      const verb = isNew ? 'Created' : 'Continued'
      context.answer({ slug, created: isNew, ...report }, () => `${verb} ${escapeForTerminal(slug)}\n${reportText(report)}`)
    }),
  )
}

/** `hubdex hub collection sync SLUG`: makes a collection hold what its search finds now. */
export async function syncAction(
  context: CommandContext,
  flags: SearchedFlags,
  [given = '']: readonly string[],
): Promise<number> {
  const searches = new CollectionSearches(context.settings.dataDir)
  return await withHub(context, async (hub) => {
    const collection = await hub.collections.get(slugNamed(given), context)
    const { slug } = collection
    const remembered = await searches.get(slug)
    const search =
      (isSearched(flags) || flags.fromSearch !== undefined ? searchIn({ fromSearch: true, ...flags }) : remembered) ?? undefined
    if (search === undefined) {
      throw new UsageError(`No search is known for ${slug}. Name it once, such as --kind model --filter task=text-generation.`)
    }
    const known = { ...search, added: remembered?.added ?? [] }
    const wanted = await found(context, known)
    const missing = wanted.filter((one) => !collection.items.some((item) => sameItem(item, one)))
    const surplus = collection.items.filter(
      (item) => known.added.includes(keyOf(item)) && !wanted.some((one) => sameItem(item, one)),
    )
    const parts = [
      ...(missing.length === 0 ? [] : [`add ${missing.map(({ id }) => id).join(', ')} to`]),
      ...(surplus.length === 0 ? [] : [`remove ${surplus.map(({ id }) => id).join(', ')} from`]),
    ]
    const what = parts.length === 0 ? `Change nothing in ${slug}` : `Sync: ${parts.join(' and ')} ${slug}`
    return await change(context, { what, flags, isDestructive: surplus.length > 0 }, async () => {
      const report = await fill(context, hub, collection, known, wanted)
      for (const { itemId } of surplus) await hub.collections.deleteItem(slug, itemId, context)
      const removed = surplus.map(({ id }) => id)
      context.answer({ slug, ...report, removed }, () =>
        [reportText(report), ...removed.map((id) => `Removed ${id}.`)].join('\n'),
      )
    })
  })
}

interface FillReport {
  added: string[]
  /** Those that were there already. */
  present: string[]
  /** Those that the Hub no longer has, or hides. */
  missing: string[]
}

/** Adds what is missing. A run that is repeated after a failure continues where it ended. */
async function fill(
  context: CommandContext,
  hub: HubClient,
  { slug, items }: Collection,
  search: RememberedSearch,
  wanted: readonly ItemName[],
): Promise<FillReport> {
  const searches = new CollectionSearches(context.settings.dataDir)
  const isPresent = (one: ItemName) => items.some((item) => sameItem(item, one))
  const toAdd = wanted.filter((one) => !isPresent(one))
  // Before the first is added, so that a run that is killed leaves none that looks as if a person had added it.
  const before = (await searches.get(slug))?.added ?? []
  await searches.set(slug, { ...search, added: [...new Set([...before, ...toAdd.map(keyOf)])] })
  const report: FillReport = { added: [], present: wanted.filter(isPresent).map(({ id }) => id), missing: [] }
  for (const one of toAdd) {
    context.signal.throwIfAborted()
    try {
      const isNew = await hub.collections.addItem(slug, one, context)
      report[isNew ? 'added' : 'present'].push(one.id)
    } catch (error) {
      if (!(error instanceof RepoNotFound)) throw error
      report.missing.push(one.id)
    }
  }
  return report
}

/** A new collection, or the one of this title that an earlier run has made. */
async function created(
  context: CommandContext,
  hub: HubClient,
  { title, description, namespace, private: isPrivate, resourceGroup: resourceGroupId }: CreateFlags,
  mayContinue: boolean,
): Promise<{ collection: Collection; isNew: boolean }> {
  const owner = namespace ?? (await hub.whoami()).name
  const fields = { title, namespace: owner, description, private: isPrivate, resourceGroupId }
  try {
    return { collection: await hub.collections.create(fields, context), isNew: true }
  } catch (error) {
    const slug = error instanceof Refused && error.status === 409 ? error.answer?.['slug'] : undefined
    if (!(error instanceof HubError) || typeof slug !== 'string') throw error
    if (mayContinue) return { collection: await hub.collections.get(slug, context), isNew: false }
    context.log(`The collection is ${slug}.`)
    throw error
  }
}

/** What a search of the catalog finds, best first. Collections only if `--kind` asks for them. */
async function found(context: CommandContext, { words, limit, ...given }: RememberedSearch): Promise<ItemName[]> {
  const { kind, filter, sort } = given
  const checked = checkedFlags(
    {
      limit,
      ...(kind === undefined ? {} : { kind }),
      ...(filter === undefined ? {} : { filter }),
      ...(sort === undefined ? {} : { sort: sort as SearchSort }),
    },
    words,
  )
  await using catalog = await openExistingCatalog(context)
  const { filters, unknown } = await resolveFilters(catalog.search, checked.filters)
  for (const value of unknown) context.log(unknownText(value))
  const { sort: order, ...known } = checked
  const { hits } = await catalog.search.search({
    ...known,
    filters: { kind: REPO_KINDS, ...filters },
    ...(order === undefined ? {} : { sort: order }),
  })
  return hits.map((hit) => ({ type: hit.kind, id: hit.id }))
}

function searchIn({ fromSearch, kind, filter, sort, limit = DEFAULT_LIMIT }: SearchedFlags): RememberedSearch | undefined {
  if (fromSearch === undefined) return undefined
  return { words: fromSearch === true ? [] : fromSearch, kind, filter, sort, limit, added: [] }
}

function isSearched({ kind, filter, sort, limit }: SearchedFlags): boolean {
  return [kind, filter, sort, limit].some((flag) => flag !== undefined)
}

function keyOf({ type, id }: ItemName): string {
  return `${type} ${id}`
}

function reportText({ added, present, missing }: FillReport): string {
  return [
    ...added.map((id) => `Added ${id}.`),
    `${counted(added.length, 'item')} added, ${present.length} there already.`,
    ...missing.map((id) => `${id} is not on the Hub any more, or hidden.`),
  ].join('\n')
}

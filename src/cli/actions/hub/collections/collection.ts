import type { Collection, CollectionItem } from '../../../../hub/collections/collection.ts'
import { escapeForTerminal } from '../../../../output/escape.ts'
import { counted } from '../../../../output/format.ts'
import { renderTable } from '../../../../output/table.ts'
import { type CommandContext, UsageError } from '../../../command.ts'
import { change, type SafetyFlags } from '../../../input/confirm.ts'
import { withHub } from '../person-hub.ts'
import { itemNamed, sameItem, slugNamed } from './collection-names.ts'

interface ListFlags {
  owner?: string[]
  item?: string[]
  query?: string
  sort?: 'trending' | 'lastModified' | 'upvotes'
  limit: number
}

/** `hubdex hub collection list`. */
export async function listAction(context: CommandContext, flags: ListFlags): Promise<number> {
  const { owner: owners, item: items, query: text, sort, limit } = flags
  const found: Collection[] = []
  await withHub(context, async (hub) => {
    const pageSize = Math.max(1, Math.min(limit, 100))
    for await (const one of hub.collections.list({ owners, items, text, sort, pageSize, signal: context.signal })) {
      if (found.length === limit) break
      found.push(one)
    }
  })
  context.answer(
    found.map(({ payload }) => payload),
    () => {
      if (found.length === 0) return 'No collection matches.'
      const rows = found.map(({ slug, title, upvotes, lastUpdated }) => ({ slug, title, upvotes, lastUpdated }))
      return renderTable(rows, { width: context.width, dropFirst: ['lastUpdated'] })
    },
  )
  return 0
}

/** `hubdex hub collection show SLUG`. */
export async function showAction(context: CommandContext, _flags: object, [given = '']: readonly string[]): Promise<number> {
  const slug = slugNamed(given)
  const collection = await withHub(context, (hub) => hub.collections.get(slug, context))
  context.answer(collection.payload, () => shown(collection, context.width))
  return 0
}

interface UpdateFlags extends SafetyFlags {
  title?: string
  description?: string
  theme?: string
  position?: number
  private?: boolean
  /** False: none. */
  resourceGroup?: string | false
}

/** `hubdex hub collection update SLUG`. */
export async function updateAction(
  context: CommandContext,
  flags: UpdateFlags,
  [given = '']: readonly string[],
): Promise<number> {
  const slug = slugNamed(given)
  const { title, description, theme, position } = flags
  const fields = { title, description, theme, position, private: flags.private }
  const changes = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
  const group = flags.resourceGroup
  const names = [...Object.keys(changes), ...(group === undefined ? [] : ['resource group'])]
  if (names.length === 0) {
    throw new UsageError(
      'Expected something to change: --title, --description, --theme, --position, --private, --no-private, ' +
        '--resource-group or --no-resource-group.',
    )
  }
  return await change(context, { what: `Change ${names.join(', ')} of the collection ${slug}`, flags }, () =>
    withHub(context, async (hub) => {
      if (group !== undefined) await hub.collections.setResourceGroup(slug, group === false ? null : group, context)
      const isChanged = Object.keys(changes).length > 0
      const changed = await (isChanged ? hub.collections.update(slug, changes, context) : hub.collections.get(slug, context))
      context.answer(changed.payload, () => `Changed the collection. It is now ${escapeForTerminal(changed.slug)}`)
    }),
  )
}

/** `hubdex hub collection delete SLUG`. */
export async function deleteAction(
  context: CommandContext,
  flags: SafetyFlags,
  [given = '']: readonly string[],
): Promise<number> {
  return await withHub(context, async (hub) => {
    const { slug, title, items } = await hub.collections.get(slugNamed(given), context)
    const what = `Delete the collection "${escapeForTerminal(title)}" with ${counted(items.length, 'item')}`
    return await change(context, { what, flags, isDestructive: true }, async () => {
      await hub.collections.delete(slug, context)
      context.answer({ slug, deleted: true }, () => `Deleted the collection ${escapeForTerminal(slug)}.`)
    })
  })
}

/** `hubdex hub collection add SLUG ITEM...`. */
export async function addAction(
  context: CommandContext,
  flags: SafetyFlags & { kind?: string; note?: string },
  [given = '', ...names]: readonly string[],
): Promise<number> {
  const slug = slugNamed(given)
  const items = names.map((name) => itemNamed(context, name, flags.kind))
  const what = `Add ${items.map(({ type, id }) => `the ${type} ${id}`).join(', ')} to ${slug}`
  return await change(context, { what, flags }, () =>
    withHub(context, async (hub) => {
      const report = { slug, added: [] as string[], present: [] as string[] }
      for (const item of items) {
        const isNew = await hub.collections.addItem(slug, { ...item, note: flags.note }, context)
        report[isNew ? 'added' : 'present'].push(item.id)
      }
      context.answer(report, () =>
        [...report.added.map((id) => `Added ${id}.`), ...report.present.map((id) => `${id} was there already.`)].join('\n'),
      )
    }),
  )
}

/** `hubdex hub collection note SLUG ITEM TEXT`. */
export async function noteAction(
  context: CommandContext,
  flags: SafetyFlags & { kind?: string },
  [given = '', name = '', note = '']: readonly string[],
): Promise<number> {
  return await changeItem(context, flags, [given, name], `Set the note of`, { note })
}

/** `hubdex hub collection move SLUG ITEM POSITION`. */
export async function moveAction(
  context: CommandContext,
  flags: SafetyFlags & { kind?: string },
  [given = '', name = '', place = '']: readonly string[],
): Promise<number> {
  if (!/^\d{1,6}$/.test(place)) throw new UsageError(`Expected a position from 0 (the first), got "${place.slice(0, 50)}".`)
  return await changeItem(context, flags, [given, name], `Move to position ${place}`, { position: Number(place) })
}

/** `hubdex hub collection remove SLUG ITEM...`. */
export async function removeAction(
  context: CommandContext,
  flags: SafetyFlags & { kind?: string },
  [given = '', ...names]: readonly string[],
): Promise<number> {
  return await withHub(context, async (hub) => {
    const collection = await hub.collections.get(slugNamed(given), context)
    const items = names.map((name) => itemIn(context, collection, name, flags.kind))
    const what = `Remove ${items.map(({ id }) => id).join(', ')} from ${collection.slug}`
    return await change(context, { what, flags, isDestructive: true }, async () => {
      for (const { itemId } of items) await hub.collections.deleteItem(collection.slug, itemId, context)
      const removed = items.map(({ id }) => id)
      context.answer({ slug: collection.slug, removed }, () => removed.map((id) => `Removed ${id}.`).join('\n'))
    })
  })
}

async function changeItem(
  context: CommandContext,
  flags: SafetyFlags & { kind?: string },
  [given, name]: readonly [string, string],
  verb: string,
  changes: { note?: string; position?: number },
): Promise<number> {
  return await withHub(context, async (hub) => {
    const collection = await hub.collections.get(slugNamed(given), context)
    const { itemId, type, id } = itemIn(context, collection, name, flags.kind)
    return await change(context, { what: `${verb} the ${type} ${id} in ${collection.slug}`, flags }, async () => {
      await hub.collections.updateItem(collection.slug, itemId, changes, context)
      context.answer({ slug: collection.slug, itemId, type, id, ...changes }, () => `Changed the ${type} ${id}.`)
    })
  })
}

/** An item by its own `_id`, or by the name of what it stands for. */
function itemIn(context: CommandContext, { slug, items }: Collection, name: string, kind: string | undefined): CollectionItem {
  const byId = items.find((item) => item.itemId === name)
  if (byId !== undefined) return byId
  const wanted = itemNamed(context, name, kind)
  const found = items.find((item) => sameItem(item, wanted))
  if (found !== undefined) return found
  throw new UsageError(`${slug} has no ${wanted.type} ${wanted.id}. \`hubdex hub collection show ${slug}\` lists its items.`)
}

function shown(
  { slug, title, description, private: isPrivate, upvotes, items }: Collection,
  width: number | undefined,
): string {
  const facts = `${isPrivate ? 'private, ' : ''}${counted(upvotes, 'upvote')}, ${counted(items.length, 'item')}`
  const head = [title, ...(description === undefined ? [] : [description]), slug, facts].map(escapeForTerminal).join('\n')
  const rows = items.map(({ position, type, id, note }) => ({ position, type, id, note }))
  return rows.length === 0 ? head : `${head}\n\n${renderTable(rows, { width })}`
}

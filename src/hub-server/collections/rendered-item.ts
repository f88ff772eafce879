import type { FastifyRequest } from 'fastify'
import type { RepoKind } from '../../hub/kinds.ts'
import type { HubRepo } from '../hub-store.ts'
import { canSee } from '../people/permissions.ts'
import { signedInAs } from '../people/signed-in.ts'
import type { RouteContext } from '../routes/route-context.ts'
import { type CollectionItem, type HubCollections, isRepoType } from './hub-collections.ts'
import { slugOf } from './slug.ts'

export interface CollectionContext extends RouteContext {
  /** For collections that are items of others. */
  readonly collections: Pick<HubCollections, 'find'>
  /** The repos that items name, by `_id`, for stores that read them together. Otherwise each item is found by its name. */
  readonly repos?: ReadonlyMap<string, HubRepo>
}

/** Fields of a repo that its item shows as they are. */
const SHOWN: Readonly<Record<RepoKind, readonly string[]>> = {
  model: ['author', 'downloads', 'gated', 'lastModified', 'likes', 'pipeline_tag', 'private'],
  dataset: ['author', 'datasetsServerInfo', 'downloads', 'gated', 'lastModified', 'likes', 'private'],
  space: [
    ...['author', 'createdAt', 'disabled', 'lastModified', 'likes', 'private', 'runtime', 'sdk', 'tags', 'trendingScore'],
  ],
}
const READ = ['safetensors', 'inferenceProviderMapping', 'cardData']
/** All fields that items need of their repos. */
export const ITEM_FIELDS: ReadonlySet<string> = new Set([...Object.values(SHOWN).flat(), ...READ])

/** An item in the Hub's wire format. Undefined when it is gone, or hidden from the caller. */
export async function renderedItem(
  context: CollectionContext,
  item: CollectionItem,
  position: number,
  request: FastifyRequest,
): Promise<Record<string, unknown> | undefined> {
  const about =
    isRepoType(item.type) && item.payload === undefined
      ? await repoFields(context, item.type, item, request)
      : otherFields(context, item, request)
  if (about === undefined) return undefined
  const { note, gallery, itemId, type } = item
  return {
    ...about,
    _id: itemId,
    position,
    type,
    ...(note === undefined ? {} : { note: { html: escapedHtml(note), text: note } }),
    ...(gallery === undefined ? {} : { gallery }),
  }
}

/** The account of an owner as in collections and their items. */
export function accountOf({ accounts }: CollectionContext, name: string): Record<string, unknown> {
  const account = accounts?.find(name)
  return {
    _id: account?.hubId ?? '',
    avatarUrl: `/avatars/${account?.hubId ?? name}.svg`,
    fullname: account?.fullname ?? name,
    name,
    type: account?.type ?? 'user',
    ...(account?.type === 'org' ? {} : { isPro: account?.plan === 'pro' }),
    isHf: false,
    isHfAdmin: false,
    isMod: false,
    followerCount: 0,
  }
}

async function repoFields(
  context: CollectionContext,
  kind: RepoKind,
  { id, hubId }: CollectionItem,
  request: FastifyRequest,
): Promise<Record<string, unknown> | undefined> {
  const repo = context.repos === undefined ? await currentRepo(context, kind, id) : context.repos.get(hubId)
  // Another repo may have the name by now.
  if (repo === undefined || repo._id !== hubId || !canSee(signedInAs(request), kind, repo)) return undefined
  const shown = SHOWN[kind].filter((name) => repo[name] !== undefined).map((name) => [name, repo[name]])
  return { id: repo.id, repoType: kind, isLikedByUser: false, ...Object.fromEntries(shown), ...special(context, kind, repo) }
}

async function currentRepo({ store }: CollectionContext, kind: RepoKind, id: string): Promise<HubRepo | undefined> {
  const fields = { names: ITEM_FIELDS, blobs: false }
  const found = await store.find(kind, id, fields)
  const current = found !== undefined && 'movedTo' in found ? await store.find(kind, found.movedTo, fields) : found
  return current !== undefined && 'repo' in current ? current.repo : undefined
}

function special(context: CollectionContext, kind: RepoKind, repo: HubRepo): Record<string, unknown> {
  if (kind === 'dataset') return { isBenchmark: false, isTraces: false }
  if (kind === 'model') {
    const numParameters = objectOf(repo['safetensors'])['total']
    return {
      availableInferenceProviders: providersIn(repo['inferenceProviderMapping']),
      ...(typeof numParameters === 'number' ? { numParameters } : {}),
    }
  }
  const card = objectOf(repo['cardData'])
  return {
    authorData: accountOf(context, String(repo['author'] ?? '')),
    title: card['title'] ?? repo.id.split('/').at(-1),
    emoji: card['emoji'] ?? '🚀',
    colorFrom: card['colorFrom'] ?? 'blue',
    colorTo: card['colorTo'] ?? 'green',
    featured: false,
    pinned: false,
    visibility: repo['private'] === true ? 'private' : 'public',
  }
}

function otherFields(
  context: CollectionContext,
  { type, hubId, payload }: CollectionItem,
  request: FastifyRequest,
): Record<string, unknown> | undefined {
  if (type === 'paper') return { id: hubId, title: `Paper ${hubId}`, upvotes: 0, isUpvotedByUser: false }
  const nested = context.collections.find(hubId)
  if (nested === undefined) return payload === undefined ? undefined : { ...payload }
  if (nested.private) return undefined
  const { title, description, lastUpdated, owner, theme, upvotes, items } = nested
  const slug = slugOf(nested)
  return {
    id: hubId,
    slug,
    title,
    ...(description === undefined ? {} : { description }),
    lastUpdated,
    owner: nested.account ?? accountOf(context, owner),
    theme,
    upvotes,
    isUpvotedByUser: false,
    numberItems: items.length,
    shareUrl: `${context.baseUrl(request)}/collections/${slug}`,
  }
}

function providersIn(mapping: unknown): unknown[] {
  if (Array.isArray(mapping)) return mapping.map((entry) => entry?.provider)
  return Object.keys(objectOf(mapping))
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function escapedHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

import type { TagEntry } from '../hub-server/hub-store.ts'
import { TAG_TYPES } from '../hub-server/repo-fields.ts'
import type { LivingShelf } from './shelves/living-shelf.ts'
import { LANGUAGES, MODEL_LIBRARIES, TASK_AREAS } from './vocabulary.ts'

const DEPLOY_TAGS: ReadonlySet<string> = new Set(['endpoints_compatible', 'autotrain_compatible'])
const LIBRARY_NAMES: ReadonlySet<string> = new Set(MODEL_LIBRARIES)
const LANGUAGE_CODES: ReadonlySet<string> = new Set(LANGUAGES)

/** Every distinct tag of a shelf's listed repos, by its type. Reads the whole shelf. */
export function collectTags(kind: 'model' | 'dataset', shelf: LivingShelf): Record<string, TagEntry[]> {
  const typeOf = kind === 'model' ? typeOfModelTag : typeOfDatasetTag
  const collected: Record<string, TagEntry[]> = Object.fromEntries(TAG_TYPES[kind].map((type) => [type, []]))
  for (const tag of distinctTags(shelf)) {
    const type = typeOf(tag)
    if (type !== undefined) collected[type]?.push(entryOf(type, tag))
  }
  return collected
}

function distinctTags(shelf: LivingShelf): Set<string> {
  const fields = { names: new Set(['tags']), blobs: false }
  const distinct = new Set<string>()
  for (const index of shelf.indexes()) {
    if (!shelf.isListed(index)) continue
    const tags = shelf.repoAt(index, fields)['tags']
    if (!Array.isArray(tags)) continue
    for (const tag of tags) if (typeof tag === 'string') distinct.add(tag)
  }
  return distinct
}

/** Most tags of models have no prefix, so only a vocabulary distinguishes libraries from languages. */
function typeOfModelTag(tag: string): string | undefined {
  const prefix = prefixOf(tag)
  if (prefix === 'license' || prefix === 'dataset' || prefix === 'region') return prefix
  if (prefix !== undefined) return undefined
  if (Object.hasOwn(TASK_AREAS, tag)) return 'pipeline_tag'
  if (LIBRARY_NAMES.has(tag)) return 'library'
  if (LANGUAGE_CODES.has(tag)) return 'language'
  return DEPLOY_TAGS.has(tag) ? 'deploy' : 'other'
}

function typeOfDatasetTag(tag: string): string | undefined {
  const prefix = prefixOf(tag)
  if (prefix === undefined) return 'other'
  return TAG_TYPES.dataset.find((type) => type === prefix)
}

function entryOf(type: string, id: string): TagEntry {
  const bare = id.slice(id.indexOf(':') + 1)
  const label = type === 'region' ? `Region: ${bare.toUpperCase()}` : bare
  const area = type === 'pipeline_tag' || type === 'task_categories' ? TASK_AREAS[bare] : undefined
  return area === undefined ? { type, label, id } : { type, label, id, subType: area }
}

function prefixOf(tag: string): string | undefined {
  const colon = tag.indexOf(':')
  return colon < 0 ? undefined : tag.slice(0, colon)
}

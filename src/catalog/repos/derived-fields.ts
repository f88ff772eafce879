import { isObject } from '../../hub/is-object.ts'
import type { RepoKind } from '../../hub/kinds.ts'
import { asInteger, oneOrMany, truncate } from './wire-fields.ts'

/** The rest of each tag that has the prefix: `tagValues(['license:mit'], 'license:')` is `['mit']`. */
export function tagValues(tags: readonly string[], prefix: string): string[] {
  const values: string[] = []
  for (const tag of tags) {
    if (tag.length > prefix.length && tag.startsWith(prefix)) values.push(tag.slice(prefix.length))
  }
  return values
}

/** The string or the strings of a list under a key of card data; any other value is ignored. */
export function cardTexts(card: Record<string, unknown> | null, key: string): string[] {
  return card === null ? [] : oneOrMany(card[key])
}

const MAX_LICENSE_LENGTH = 200

/** The first license in the tags, else in the card. */
export function licenseOf(tags: readonly string[], card: Record<string, unknown> | null): string | null {
  const license = tagValues(tags, 'license:')[0] ?? cardTexts(card, 'license')[0]
  return license === undefined ? null : truncate(license, MAX_LICENSE_LENGTH)
}

/**
 * Languages in the tags (`language:en` on datasets, bare `en` on models), else in the card. A bare tag counts if it is
 * `multilingual` or a two-letter ISO 639-1 code: longer codes look like free tags (`gpt`, `vit`).
 */
export function languagesOf(kind: RepoKind, tags: readonly string[], card: Record<string, unknown> | null): string[] {
  const prefixed = tagValues(tags, 'language:')
  if (prefixed.length > 0) return prefixed
  const declared = cardTexts(card, 'language')
  if (declared.length > 0) return declared
  return kind === 'model' ? tags.filter(isLanguageTag) : []
}

function isLanguageTag(tag: string): boolean {
  return tag === 'multilingual' || (tag.length === 2 && languageCodes.has(tag))
}

/** The two-letter codes for which the runtime has a name. It does not list them, so all pairs of letters are tried once. */
const languageCodes: ReadonlySet<string> = (() => {
  const names = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' })
  const letters = 'abcdefghijklmnopqrstuvwxyz'.split('')
  const codes = letters.flatMap((first) => letters.map((second) => first + second))
  return new Set(codes.filter((code) => names.of(code) !== undefined))
})()

/** Parameter count of a model: the total in the safetensors or GGUF metadata, else the sum over precisions. */
export function parametersOf(safetensors: unknown, gguf: unknown): number | null {
  return totalOf(safetensors) ?? totalOf(gguf)
}

function totalOf(metadata: unknown): number | null {
  if (!isObject(metadata)) return null
  const total = asInteger(metadata['total'])
  if (total !== null) return total
  const byPrecision = metadata['parameters']
  if (!isObject(byPrecision)) return null
  const counts = Object.values(byPrecision).filter((count) => typeof count === 'number')
  return counts.length === 0 ? null : asInteger(counts.reduce((sum, count) => sum + count, 0))
}

const RELATIONS: ReadonlySet<string> = new Set(['finetune', 'adapter', 'merge', 'quantized'])
const UNKNOWN = 'unknown'

interface Lineage {
  parents: string[]
  relations: string[]
}

/** Parents of a model with the relation to each: from `baseModels`, else the tags, else (older payloads) the card. */
export function baseModelsOf(baseModels: unknown, tags: readonly string[], card: Record<string, unknown> | null): Lineage {
  const sources = [() => parentsInGroups(baseModels), () => parentsInTags(tags), () => parentsInCard(card)]
  for (const source of sources) {
    const byParent = source()
    if (byParent.size > 0) return { parents: [...byParent.keys()], relations: [...byParent.values()] }
  }
  return { parents: [], relations: [] }
}

function parentsInGroups(baseModels: unknown): Map<string, string> {
  const byParent = new Map<string, string>()
  for (const group of Array.isArray(baseModels) ? baseModels : [baseModels]) {
    if (!isObject(group)) continue
    const [relation = UNKNOWN] = oneOrMany(group['relation'])
    const { models } = group
    for (const model of Array.isArray(models) ? models : [models]) {
      for (const id of oneOrMany(isObject(model) ? model['id'] : model)) byParent.set(id, relation)
    }
  }
  return byParent
}

function parentsInTags(tags: readonly string[]): Map<string, string> {
  const byParent = new Map<string, string>()
  for (const value of tagValues(tags, 'base_model:')) {
    const [relation, ...rest] = value.split(':')
    if (relation !== undefined && rest.length > 0 && RELATIONS.has(relation)) byParent.set(rest.join(':'), relation)
    else if (!byParent.has(value)) byParent.set(value, UNKNOWN)
  }
  return byParent
}

function parentsInCard(card: Record<string, unknown> | null): Map<string, string> {
  const [stated = UNKNOWN] = cardTexts(card, 'base_model_relation')
  const relation = RELATIONS.has(stated) ? stated : UNKNOWN
  return new Map(cardTexts(card, 'base_model').map((parent) => [parent, relation]))
}

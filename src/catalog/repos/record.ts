import { hash } from 'node:crypto'
import { isObject } from '../../hub/is-object.ts'
import type { CatalogKind, RepoKind } from '../../hub/kinds.ts'
import { columnFields, isHubId, MAX_DESCRIPTION_LENGTH, MAX_ID_LENGTH, MAX_TEXT_LENGTH } from './column-fields.ts'
import { EMPTY_COLUMNS, type RepoColumns, type RepoCounters } from './columns.ts'
import { baseModelsOf, cardTexts, languagesOf, licenseOf, parametersOf, tagValues } from './derived-fields.ts'
import { storableObject } from './sanitize-json.ts'
import {
  asBoolean,
  asInstant,
  asInteger,
  asObject,
  asProse,
  asScore,
  asText,
  asTexts,
  gatedOf,
  truncate,
} from './wire-fields.ts'
import { WireJson } from './wire-json.ts'

/** A repo of a listing, read far enough to detect a change. Columns are computed on demand: most repos are unchanged. */
export interface RepoRecord extends RepoCounters {
  hub_id: string
  kind: CatalogKind
  id: string
  created_at: string | null
  /** Null if the payload lacks it: the stored value stays. */
  private: boolean | null
  /** Hash of everything but the counters. */
  content_hash: string
  /** Fields that were not requested, so the payload lacks them. */
  omitted: readonly string[]
  columns(): RepoColumns
}

/** An item of a listing that is not a valid repo. */
export interface RejectedRow {
  /** Set if the item could be read but not stored. */
  hubId?: string
  reason: string
}

/** Part of the hash. Raise it when columns are read differently: the next pass then rewrites every row. */
const READING_VERSION = 3
const COUNTERS: ReadonlySet<string> = new Set(['downloads', 'downloadsAllTime', 'likes', 'trendingScore'])
const NO_LINEAGE = { parents: [], relations: [] }

/**
 * Reads one untrusted item of a listing. A field of a wrong type leaves its column empty and stays in `payload`; only an item
 * without a usable id is rejected. `omitted` are fields that were not requested.
 */
export function readRepo(kind: RepoKind, item: unknown, omitted: readonly string[] = []): RepoRecord | RejectedRow {
  if (!isObject(item)) return { reason: `expected an object, got ${item === null ? 'null' : typeof item}` }
  const content = new WireJson(item, isCounter)
  if (content.isStorable) return readStorable(kind, item, content, omitted)
  const storable = storableObject(item)
  return readStorable(kind, storable, new WireJson(storable, isCounter), omitted)
}

type Wire = Readonly<Record<string, unknown>>

function readStorable(kind: RepoKind, wire: Wire, content: WireJson, omitted: readonly string[]): RepoRecord | RejectedRow {
  const id = readId(wire)
  if (id === null) return { reason: 'expected an id of 1 to 1,000 characters, got none' }
  if (content.text === undefined) return { reason: `expected a repo that fits into memory, got more of ${truncate(id, 200)}` }
  return {
    hub_id: hubIdOf(kind, id, wire),
    kind,
    id,
    created_at: asInstant(wire['createdAt']),
    private: asBoolean(wire['private']),
    ...readCounters(wire),
    content_hash: hash(
      'md5',
      `${READING_VERSION} ${kind}${omitted.map((field) => ` -${field}`).join('')}\n${content.text}`,
      'hex',
    ),
    omitted,
    columns: () => readColumns(kind, id, wire, content),
  }
}

/** A counter of a wrong type stays in the payload. */
function isCounter(key: string, value: unknown): boolean {
  return typeof value === 'number' && COUNTERS.has(key)
}

function readId(wire: Wire): string | null {
  return asText(wire['id'], MAX_ID_LENGTH) ?? asText(wire['modelId'], MAX_ID_LENGTH)
}

function readColumns(kind: RepoKind, id: string, wire: Wire, content: WireJson): RepoColumns {
  const card = asObject(wire['cardData'])
  const tags = listOf(wire, 'tags', card)
  const lineage = kind === 'model' ? baseModelsOf(wire['baseModels'], tags, card) : NO_LINEAGE
  return {
    ...EMPTY_COLUMNS,
    hub_id: hubIdOf(kind, id, wire),
    kind,
    id,
    author: asText(wire['author'], MAX_TEXT_LENGTH) ?? namespaceOf(id),
    created_at: asInstant(wire['createdAt']),
    last_modified: asInstant(wire['lastModified']),
    sha: asText(wire['sha'], MAX_TEXT_LENGTH),
    private: asBoolean(wire['private']),
    gated: gatedOf(wire['gated']),
    disabled: asBoolean(wire['disabled']),
    description: descriptionOf(wire['description'], card),
    license: licenseOf(tags, card),
    tags,
    languages: languagesOf(kind, tags, card),
    base_models: lineage.parents,
    base_relations: lineage.relations,
    ...columnsOf[kind](wire, tags, card),
    card: card === null ? null : content.field('cardData'),
    payload: content.without(columnFields(kind, wire, id)),
  }
}

/** All columns and counters as one JSON object. Empty ones are omitted; Postgres reads them as null. */
export function rowOf(repo: RepoRecord): string {
  const { content_hash, downloads, downloads_all_time, likes, trending_score } = repo
  const { card, payload, ...columns } = repo.columns()
  const row: Record<string, unknown> = { content_hash, downloads, downloads_all_time, likes, trending_score }
  for (const [column, value] of Object.entries(columns)) {
    if (value !== null && !(Array.isArray(value) && value.length === 0)) row[column] = value
  }
  // These two are JSON text already.
  return `${JSON.stringify(row).slice(0, -1)},"card":${card ?? 'null'},"payload":${payload}}`
}

/**
 * `_id`, so that a renamed repo keeps its identity. Without one (older payloads) the id is derived from kind and name; for a
 * server whose ids are not Mongo ids, from kind and that id. All ids have one form, and kinds never collide.
 */
function hubIdOf(kind: RepoKind, id: string, { _id: given }: Wire): string {
  if (isHubId(given)) return given.toLowerCase()
  const identity = typeof given === 'string' || typeof given === 'number' ? `#${given}` : `:${id}`
  return hash('sha256', kind + identity, 'hex').slice(0, 24)
}

function namespaceOf(id: string): string | null {
  const slash = id.indexOf('/')
  return slash > 0 ? id.slice(0, slash) : null
}

function descriptionOf(value: unknown, card: Record<string, unknown> | null): string | null {
  const given = asProse(value, MAX_DESCRIPTION_LENGTH) ?? cardTexts(card, 'short_description')[0]
  return given === undefined ? null : truncate(given, MAX_DESCRIPTION_LENGTH)
}

function readCounters(wire: Wire): RepoCounters {
  return {
    downloads: asInteger(wire['downloads']),
    downloads_all_time: asInteger(wire['downloadsAllTime']),
    likes: asInteger(wire['likes']),
    trending_score: asScore(wire['trendingScore']),
  }
}

type Card = Record<string, unknown> | null

const columnsOf: Readonly<Record<RepoKind, (wire: Wire, tags: string[], card: Card) => Partial<RepoColumns>>> = {
  model: (wire, _, card) => modelColumns(wire, card),
  dataset: datasetColumns,
  space: (wire, _, card) => spaceColumns(wire, card),
}

function modelColumns(wire: Wire, card: Card) {
  return {
    pipeline_tag: textOf(wire, 'pipeline_tag', card),
    library_name: textOf(wire, 'library_name', card),
    parameters: parametersOf(wire['safetensors'], wire['gguf']),
  }
}

function datasetColumns(wire: Wire, tags: string[], card: Card) {
  const tagged = (prefix: string, key: string) => {
    const values = tagValues(tags, prefix)
    return values.length > 0 ? values : cardTexts(card, key)
  }
  return {
    task_categories: tagged('task_categories:', 'task_categories'),
    size_category: tagged('size_categories:', 'size_categories')[0] ?? null,
    modalities: tagValues(tags, 'modality:'),
    formats: tagValues(tags, 'format:'),
    bytes: asInteger(wire['mainSize']),
  }
}

function spaceColumns(wire: Wire, card: Card) {
  const { runtime } = wire
  const stage = isObject(runtime) ? runtime['stage'] : undefined
  return {
    sdk: textOf(wire, 'sdk', card),
    stage: typeof stage === 'string' ? truncate(stage, MAX_TEXT_LENGTH) : null,
    linked_models: listOf(wire, 'models', card),
    linked_datasets: listOf(wire, 'datasets', card),
  }
}

/** The field, else the same key of the card: older payloads and some mirrors have only that. */
function textOf(wire: Wire, key: string, card: Record<string, unknown> | null): string | null {
  const given = asText(wire[key], MAX_TEXT_LENGTH)
  return given ?? cardTexts(card, key).find((text) => text.length <= MAX_TEXT_LENGTH) ?? null
}

function listOf(wire: Wire, key: string, card: Record<string, unknown> | null): string[] {
  const given = asTexts(wire[key], MAX_TEXT_LENGTH)
  return given.length > 0 || card === null ? given : asTexts(card[key], MAX_TEXT_LENGTH)
}

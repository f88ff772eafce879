import { hash } from 'node:crypto'
import { isObject } from '../../hub/is-object.ts'
import type { RepoKind } from '../../hub/kinds.ts'
import type { RepoColumns, RepoCounters } from './columns.ts'
import { baseModelsOf, cardTexts, languagesOf, licenseOf, parametersOf, tagValues } from './derived-fields.ts'
import { heldFields, isHubId, MAX_DESCRIPTION_LENGTH, MAX_ID_LENGTH, MAX_TEXT_LENGTH } from './held-fields.ts'
import { storableObject } from './sanitize-json.ts'
import { asBoolean, asInstant, asInteger, asNumber, asObject, asText, asTexts, truncate } from './wire-fields.ts'
import { WireJson } from './wire-json.ts'

/**
 * A repo of a listing, read as far as it takes to tell whether anything in it changed: most repos of most pages have not,
 * and for those the columns are never made.
 */
export interface RepoRecord extends RepoCounters {
  hub_id: string
  id: string
  created_at: string | null
  /** Null where the payload has no word on it: then it is as it was. */
  private: boolean | null
  /** Hash of everything but the counters: equal means that nothing but counters moved. */
  content_hash: string
  /** Fields that were not asked for: of these the payload says nothing. */
  omitted: readonly string[]
  columns(): RepoColumns
}

/** A row of a listing that is no repo, with the reason. */
export interface RejectedRow {
  /** Known when the row could be read but not stored. */
  hubId?: string
  reason: string
}

/** Goes into the hash: raise it when columns are read differently, and the next pass writes every row anew. */
const READING_VERSION = 2
const COUNTERS: ReadonlySet<string> = new Set(['downloads', 'downloadsAllTime', 'likes', 'trendingScore'])
const NO_LINEAGE = { parents: [], relations: [] }

/**
 * Reads one item of a listing into a record. Hostile input is the rule: a field of a wrong type becomes an empty column
 * and stays in `payload`; only an item without a usable id is rejected.
 *
 * @param kind the listing it came from
 * @param item one member of the page's array, parsed but not trusted
 * @param omitted fields that were not asked for
 */
export function readRepo(kind: RepoKind, item: unknown, omitted: readonly string[] = []): RepoRecord | RejectedRow {
  if (!isObject(item)) return { reason: `expected an object, got ${item === null ? 'null' : typeof item}` }
  const content = new WireJson(item, isCounter)
  if (content.isStorable) return readStorable(kind, item, content, omitted)
  const storable = storableObject(item)
  return readStorable(kind, storable, new WireJson(storable, isCounter), omitted)
}

type Wire = Readonly<Record<string, unknown>>

function readStorable(
  kind: RepoKind,
  wire: Wire,
  content: WireJson,
  omitted: readonly string[],
): RepoRecord | RejectedRow {
  const id = readId(wire)
  if (id === null) return { reason: 'expected an id of 1 to 1,000 characters, got none' }
  if (content.text === undefined)
    return { reason: `expected a repo that fits into memory, got more of ${truncate(id, 200)}` }
  return {
    hub_id: hubIdOf(kind, id, wire),
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

/** A counter of another type is no counter, and stays readable in the payload. */
function isCounter(key: string, value: unknown): boolean {
  return typeof value === 'number' && COUNTERS.has(key)
}

function readId(wire: Wire): string | null {
  const id = asText(wire['id'], MAX_ID_LENGTH) ?? asText(wire['modelId'], MAX_ID_LENGTH)
  return id === null || id.trim() === '' ? null : id
}

function readColumns(kind: RepoKind, id: string, wire: Wire, content: WireJson): RepoColumns {
  const card = asObject(wire['cardData'])
  const tags = listOf(wire, 'tags', card)
  const lineage = kind === 'model' ? baseModelsOf(wire['baseModels'], tags, card) : NO_LINEAGE
  return {
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
    ...(kind === 'model' ? modelColumns(wire, card) : noModelColumns),
    ...(kind === 'dataset' ? datasetColumns(wire, tags, card) : noDatasetColumns),
    ...(kind === 'space' ? spaceColumns(wire, card) : noSpaceColumns),
    card: card === null ? null : content.field('cardData'),
    payload: content.without(heldFields(kind, wire, id)),
  }
}

/** All columns and counters as one JSON object; empty ones are missing, which Postgres reads as null. */
export function rowOf(repo: RepoRecord): string {
  const { content_hash, downloads, downloads_all_time, likes, trending_score } = repo
  const { card, payload, ...columns } = repo.columns()
  const row: Record<string, unknown> = { content_hash, downloads, downloads_all_time, likes, trending_score }
  for (const [column, value] of Object.entries(columns)) {
    if (value !== null && !(Array.isArray(value) && value.length === 0)) row[column] = value
  }
  // These two are JSON already and go in as they are.
  return `${JSON.stringify(row).slice(0, -1)},"card":${card ?? 'null'},"payload":${payload}}`
}

/**
 * `_id`; for payloads without one (older captures) an id derived from kind and first name, and for servers whose ids are
 * no Mongo ids one derived from kind and their id, so that every identity has one form and kinds never collide.
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

/** The wire has false or a mode; a bare true is not documented and means one of the modes. */
function gatedOf(value: unknown): string | null {
  if (typeof value === 'boolean') return value ? 'auto' : 'false'
  return value === 'auto' || value === 'manual' ? value : null
}

function descriptionOf(value: unknown, card: Record<string, unknown> | null): string | null {
  const given = asText(value, MAX_DESCRIPTION_LENGTH) ?? cardTexts(card, 'short_description')[0]
  return given === undefined ? null : truncate(given, MAX_DESCRIPTION_LENGTH)
}

function readCounters(wire: Wire): RepoCounters {
  return {
    downloads: asInteger(wire['downloads']),
    downloads_all_time: asInteger(wire['downloadsAllTime']),
    likes: asInteger(wire['likes']),
    trending_score: asNumber(wire['trendingScore']),
  }
}

const noModelColumns = { pipeline_tag: null, library_name: null, parameters: null }
const noDatasetColumns = {
  task_categories: [],
  size_category: null,
  modalities: [],
  formats: [],
  row_count: null,
  bytes: null,
}
const noSpaceColumns = { sdk: null, stage: null, linked_models: [], linked_datasets: [] }

function modelColumns(wire: Wire, card: Record<string, unknown> | null) {
  return {
    pipeline_tag: textOf(wire, 'pipeline_tag', card),
    library_name: textOf(wire, 'library_name', card),
    parameters: parametersOf(wire['safetensors'], wire['gguf']),
  }
}

function datasetColumns(wire: Wire, tags: string[], card: Record<string, unknown> | null) {
  const tagged = (prefix: string, key: string) => {
    const values = tagValues(tags, prefix)
    return values.length > 0 ? values : cardTexts(card, key)
  }
  return {
    task_categories: tagged('task_categories:', 'task_categories'),
    size_category: tagged('size_categories:', 'size_categories')[0] ?? null,
    modalities: tagValues(tags, 'modality:'),
    formats: tagValues(tags, 'format:'),
    row_count: null,
    bytes: asInteger(wire['mainSize']),
  }
}

function spaceColumns(wire: Wire, card: Record<string, unknown> | null) {
  const { runtime } = wire
  const stage = isObject(runtime) ? runtime['stage'] : undefined
  return {
    sdk: textOf(wire, 'sdk', card),
    stage: typeof stage === 'string' ? truncate(stage, MAX_TEXT_LENGTH) : null,
    linked_models: listOf(wire, 'models', card),
    linked_datasets: listOf(wire, 'datasets', card),
  }
}

/** What the Hub takes over from the card stands there alone in older captures, and where a mirror leaves it out. */
function textOf(wire: Wire, key: string, card: Record<string, unknown> | null): string | null {
  const given = asText(wire[key], MAX_TEXT_LENGTH)
  return given ?? cardTexts(card, key).find((text) => text.length <= MAX_TEXT_LENGTH) ?? null
}

function listOf(wire: Wire, key: string, card: Record<string, unknown> | null): string[] {
  const given = asTexts(wire[key], MAX_TEXT_LENGTH)
  return given.length > 0 || card === null ? given : asTexts(card[key], MAX_TEXT_LENGTH)
}

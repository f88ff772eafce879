import { hash } from 'node:crypto'
import type { RepoKind } from '../hub/kinds.ts'
import { storableObject } from './hostile-json.ts'
import { baseModelsOf, cardTexts, languagesOf, licenseOf, parametersOf, tagValues } from './repo-facts.ts'
import { isObject, truncate, WireFields } from './wire-fields.ts'
import { WireJson } from './wire-json.ts'

/** What rarely changes of a repo, named as the columns of the table. `card` and `payload` hold JSON text. */
export interface RepoColumns {
  hub_id: string
  kind: RepoKind
  id: string
  author: string | null
  created_at: string | null
  last_modified: string | null
  sha: string | null
  private: boolean | null
  gated: string | null
  disabled: boolean | null
  description: string | null
  license: string | null
  tags: string[]
  languages: string[]
  pipeline_tag: string | null
  library_name: string | null
  parameters: number | null
  base_models: string[]
  base_relations: string[]
  task_categories: string[]
  size_category: string | null
  modalities: string[]
  formats: string[]
  row_count: number | null
  bytes: number | null
  sdk: string | null
  stage: string | null
  linked_models: string[]
  linked_datasets: string[]
  card: string | null
  payload: string
}

interface RepoCounters {
  downloads: number | null
  downloads_all_time: number | null
  likes: number | null
  trending_score: number | null
}

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
const MAX_ID_LENGTH = 1_000
const MAX_TEXT_LENGTH = 1_000
const MAX_DESCRIPTION_LENGTH = 20_000
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

function readStorable(
  kind: RepoKind,
  wire: Record<string, unknown>,
  content: WireJson,
  omitted: readonly string[],
): RepoRecord | RejectedRow {
  const fields = new WireFields(wire)
  const id = readId(fields)
  if (id === null) return { reason: 'expected an id of 1 to 1,000 characters, got none' }
  if (content.text === undefined)
    return { reason: `expected a repo that fits into memory, got more of ${truncate(id, 200)}` }
  return {
    hub_id: hubIdOf(kind, id, fields),
    id,
    created_at: fields.instant('createdAt'),
    private: fields.boolean('private'),
    ...readCounters(fields),
    content_hash: hash(
      'md5',
      `${READING_VERSION} ${kind}${omitted.map((field) => ` -${field}`).join('')}\n${content.text}`,
      'hex',
    ),
    omitted,
    columns: () => readColumns(kind, new WireFields(wire), content),
  }
}

/** A counter of another type is no counter, and stays readable in the payload. */
function isCounter(key: string, value: unknown): boolean {
  return typeof value === 'number' && COUNTERS.has(key)
}

function readId(fields: WireFields): string | null {
  const id = fields.text('id', MAX_ID_LENGTH) ?? fields.text('modelId', MAX_ID_LENGTH)
  return id === null || id.trim() === '' ? null : id
}

function readColumns(kind: RepoKind, fields: WireFields, content: WireJson): RepoColumns {
  const id = readId(fields) ?? ''
  if (fields.peek('modelId') === id) fields.text('modelId', MAX_ID_LENGTH)
  readCounters(fields)

  const card = fields.object('cardData')
  const tags = listOf(fields, 'tags', card)
  const lineage = kind === 'model' ? baseModelsOf(fields.peek('baseModels'), tags, card) : NO_LINEAGE
  return {
    hub_id: hubIdOf(kind, id, fields),
    kind,
    id,
    author: fields.text('author', MAX_TEXT_LENGTH) ?? namespaceOf(id),
    created_at: fields.instant('createdAt'),
    last_modified: fields.instant('lastModified'),
    sha: fields.text('sha', MAX_TEXT_LENGTH),
    private: fields.boolean('private'),
    gated: gatedOf(fields),
    disabled: fields.boolean('disabled'),
    description: descriptionOf(fields, card),
    license: licenseOf(tags, card),
    tags,
    languages: languagesOf(kind, tags, card),
    base_models: lineage.parents,
    base_relations: lineage.relations,
    ...(kind === 'model' ? modelColumns(fields, card) : noModelColumns),
    ...(kind === 'dataset' ? datasetColumns(fields, tags, card) : noDatasetColumns),
    ...(kind === 'space' ? spaceColumns(fields, card) : noSpaceColumns),
    card: card === null ? null : content.field('cardData'),
    payload: content.without(fields.taken),
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
function hubIdOf(kind: RepoKind, id: string, fields: WireFields): string {
  const given = fields.peek('_id')
  if (typeof given === 'string' && /^[0-9a-f]{24}$/i.test(given)) return (fields.text('_id', 24) ?? given).toLowerCase()
  const identity = typeof given === 'string' || typeof given === 'number' ? `#${given}` : `:${id}`
  return hash('sha256', kind + identity, 'hex').slice(0, 24)
}

function namespaceOf(id: string): string | null {
  const slash = id.indexOf('/')
  return slash > 0 ? id.slice(0, slash) : null
}

/** The wire has false or a mode; a bare true is not documented and means one of the modes. */
function gatedOf(fields: WireFields): string | null {
  const flag = fields.boolean('gated')
  if (flag !== null) return flag ? 'auto' : 'false'
  const mode = fields.peek('gated')
  return mode === 'auto' || mode === 'manual' ? fields.text('gated', 6) : null
}

function descriptionOf(fields: WireFields, card: Record<string, unknown> | null): string | null {
  const given = fields.text('description', MAX_DESCRIPTION_LENGTH) ?? cardTexts(card, 'short_description')[0]
  return given === undefined ? null : truncate(given, MAX_DESCRIPTION_LENGTH)
}

function readCounters(fields: WireFields): RepoCounters {
  return {
    downloads: fields.integer('downloads'),
    downloads_all_time: fields.integer('downloadsAllTime'),
    likes: fields.integer('likes'),
    trending_score: fields.number('trendingScore'),
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

function modelColumns(fields: WireFields, card: Record<string, unknown> | null) {
  return {
    pipeline_tag: textOf(fields, 'pipeline_tag', card),
    library_name: textOf(fields, 'library_name', card),
    parameters: parametersOf(fields.peek('safetensors'), fields.peek('gguf')),
  }
}

function datasetColumns(fields: WireFields, tags: string[], card: Record<string, unknown> | null) {
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
    bytes: fields.integer('mainSize'),
  }
}

function spaceColumns(fields: WireFields, card: Record<string, unknown> | null) {
  const runtime = fields.peek('runtime')
  const stage = isObject(runtime) ? runtime['stage'] : undefined
  return {
    sdk: textOf(fields, 'sdk', card),
    stage: typeof stage === 'string' ? truncate(stage, MAX_TEXT_LENGTH) : null,
    linked_models: listOf(fields, 'models', card),
    linked_datasets: listOf(fields, 'datasets', card),
  }
}

/** What the Hub takes over from the card stands there alone in older captures, and where a mirror leaves it out. */
function textOf(fields: WireFields, key: string, card: Record<string, unknown> | null): string | null {
  const given = fields.text(key, MAX_TEXT_LENGTH)
  return given ?? cardTexts(card, key).find((text) => text.length <= MAX_TEXT_LENGTH) ?? null
}

function listOf(fields: WireFields, key: string, card: Record<string, unknown> | null): string[] {
  const given = fields.texts(key, MAX_TEXT_LENGTH)
  return given.length > 0 || card === null ? given : new WireFields(card).texts(key, MAX_TEXT_LENGTH)
}

import { type CatalogKind, pluralOf } from '../../../../hub/kinds.ts'
import { isDateField } from '../../../../search/ranges.ts'
import type { FilterField, RangeField, SearchSort } from '../../../../search/search-fields.ts'
import { rangeOf } from '../filters/ranges.ts'
import type { SearchState } from '../search-state.ts'

/** Fields that only one kind has. */
const KIND_OF_FIELD: Partial<Record<FilterField | RangeField, CatalogKind>> = {
  library: 'model',
  parameters: 'model',
  size_category: 'dataset',
  modality: 'dataset',
  format: 'dataset',
  sdk: 'space',
  theme: 'collection',
}

const ORDERS: Partial<Record<SearchSort, string>> = {
  downloads: 'downloads desc nulls last',
  likes: 'likes desc nulls last',
  created: 'created_at desc nulls last',
  modified: 'last_modified desc nulls last',
  parameters: 'parameters desc nulls last',
}

/** The search as a query over the views. Filters and ranges are exact; words only match names, as SQL knows no ranks. */
export function searchAsSql(state: SearchState): string {
  const kind = state.kind ?? kindOfFields(state)
  if (kind === 'collection') return collectionsAsSql(state)
  const view = kind === undefined ? 'repos' : pluralOf[kind]
  const conditions = [
    ...(kind === undefined ? ['removed_at is null'] : []),
    ...wordConditions('id', state),
    ...[...state.filters].map(([field, values]) => filterCondition(field, values, kind)),
    ...[...state.ranges].flatMap(([field, range]) => rangeConditions(field, range)),
  ]
  const order =
    (kind === 'model' || state.sort !== 'parameters' ? ORDERS[state.sort ?? 'trending'] : undefined) ??
    'trending_score desc nulls last'
  return [
    ...(state.words.trim() === ''
      ? []
      : ['-- The search also matches descriptions, tags, meanings and typos. This query matches only names.']),
    `select ${kind === undefined ? 'kind, ' : ''}id, license, downloads, likes, last_modified::date as changed`,
    `from ${view}`,
    ...(conditions.length === 0 ? [] : [`where ${conditions.join('\n  and ')}`]),
    `order by ${order}, id`,
    'limit 100',
  ].join('\n')
}

/** Collections have columns of their own. */
function collectionsAsSql(state: SearchState): string {
  const [owners, themes] = [state.filters.get('author') ?? [], state.filters.get('theme') ?? []]
  const conditions = [
    ...wordConditions('title', state),
    ...(owners.length === 0 ? [] : [`owner in (${owners.map(literal).join(', ')})`]),
    ...(themes.length === 0 ? [] : [`theme in (${themes.map(literal).join(', ')})`]),
  ]
  const where = conditions.length === 0 ? '' : `\nwhere ${conditions.join('\n  and ')}`
  const columns = 'id, title, upvotes, last_modified::date as changed'
  return `select ${columns}\nfrom collections${where}\norder by upvotes desc nulls last, id\nlimit 100`
}

function kindOfFields({ filters, ranges, sort }: SearchState): CatalogKind | undefined {
  if (sort === 'parameters') return 'model'
  return [...filters.keys(), ...ranges.keys()].map((field) => KIND_OF_FIELD[field]).find((kind) => kind !== undefined)
}

function wordConditions(column: string, { words }: SearchState): string[] {
  return words
    .split(/\s+/)
    .filter((word) => word !== '')
    .map((word) => `${column} ilike ${literal(`%${word.replace(/[\\%_]/g, '\\$&')}%`)}`)
}

function filterCondition(field: FilterField, values: readonly string[], kind: CatalogKind | undefined): string {
  const list = values.map(literal).join(', ')
  switch (field) {
    case 'kind':
    case 'author':
    case 'gated':
    case 'sdk':
    case 'theme':
      return `${field} in (${list})`
    case 'library':
      return `library_name in (${list})`
    case 'license':
      return kind === 'model' || kind === 'dataset' ? `licenses && array[${list}]` : `license in (${list})`
    case 'language':
      return `languages && array[${list}]`
    case 'tag':
      return `tags && array[${list}]`
    case 'task':
      if (kind === 'model') return `pipeline_tag in (${list})`
      if (kind === 'dataset') return `task_categories && array[${list}]`
      return `tags && array[${[...values, ...values.map((value) => `task_categories:${value}`)].map(literal).join(', ')}]`
    case 'size_category':
      return `size_category in (${list})`
    case 'modality':
      return `modalities && array[${list}]`
    case 'format':
      return `formats && array[${list}]`
    case 'year':
      return `extract(year from created_at) in (${values.map((value) => Number.parseInt(value, 10) || 0).join(', ')})`
    case 'parameters':
      return `parameters is not null -- ${values.map((value) => value.replace(/\s+/g, ' ')).join(', ')}`
  }
}

/** None for a range that the server refuses. */
function rangeConditions(field: RangeField, text: string): string[] {
  const { from = null, before = null } = rangeOf(field, text) ?? {}
  if (isDateField(field)) {
    const column = field === 'created' ? 'created_at' : 'last_modified'
    return [
      ...(from === null ? [] : [`${column} >= ${date(from)}`]),
      ...(before === null ? [] : [`${column} < ${date(before)}`]),
    ]
  }
  return [...(from === null ? [] : [`${field} >= ${from}`]), ...(before === null ? [] : [`${field} <= ${before - 1}`])]
}

function date(at: number): string {
  return literal(new Date(at).toISOString().replace('T00:00:00.000Z', ''))
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''").replaceAll('\0', '')}'`
}

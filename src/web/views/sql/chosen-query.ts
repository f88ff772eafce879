import { bindParameters } from '../../../analytics/queries/bind-parameters.ts'
import { readValueList } from '../../../search/value-list.ts'
import type { queriesRoute } from '../../../server/api/queries.ts'
import type { AnswerOf } from '../../../server/api/route.ts'
import { withQuery } from '../../navigation/paths.ts'

export type NamedQuery = AnswerOf<typeof queriesRoute>['queries'][number]

/** A named query with the values of the address, as they were typed. */
export interface ChosenQuery {
  query: NamedQuery
  /** Of the parameters that have one. */
  values: ReadonlyMap<string, string>
  /** The SQL with the values; undefined if one is missing or invalid. */
  sql: string | undefined
  /** What is wrong with a value. */
  problem: string | undefined
}

export function chooseQuery(query: NamedQuery, address: URLSearchParams): ChosenQuery {
  const given = query.parameters.map((parameter) => ({ ...parameter, text: address.get(parameter.name) ?? '' }))
  const typed = given.filter(({ text }) => text !== '')
  const values = new Map(typed.map(({ name, text }) => [name, text]))
  const chosen = { query, values, sql: undefined, problem: undefined }
  if (given.some(({ text, default: usual }) => text === '' && usual === undefined)) return chosen
  try {
    const members = typed.map(({ name, type, text }) => [name, type === 'list' ? readValueList(text) : [text]] as const)
    return { ...chosen, sql: bindParameters(query, new Map(members), new Date()) }
  } catch (error) {
    return { ...chosen, problem: error instanceof Error ? error.message : String(error) }
  }
}

/** Where the page shows a named query. */
export function queryPath(name: string, values: ReadonlyMap<string, string>): string {
  return withQuery(`/sql/${name}`, Object.fromEntries(values))
}

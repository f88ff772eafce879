import type { NamedQuery, QueryParameter } from './named-query.ts'

/** A value is missing, unknown or not of its parameter's type. */
export class InvalidParameter extends Error {
  override readonly name = 'InvalidParameter'
}

/** Values by name of parameter; a list has one entry per member. */
export type ParameterValues = ReadonlyMap<string, readonly string[]>

const MAX_LIST = 10_000
const DAY_MS = 86_400_000

/**
 * Writes values into the SQL of a named query, as literals that cannot be anything else: the fence takes one text.
 *
 * @throws InvalidParameter
 */
export function bindParameters({ name, sql, parameters = [] }: NamedQuery, values: ParameterValues, now: Date): string {
  const unknown = [...values.keys()].filter((key) => !parameters.some((parameter) => parameter.name === key))
  if (unknown.length > 0) {
    const known = parameters.map((parameter) => parameter.name)
    throw new InvalidParameter(
      `The query ${name} has no parameter ${unknown.join(', ')}; expected ${known.length === 0 ? 'none' : known.join(', ')}.`,
    )
  }
  return parameters.reduce(
    (text, parameter) => text.replaceAll(`{{${parameter.name}}}`, () => literal(name, parameter, values, now)),
    sql,
  )
}

function literal(query: string, parameter: QueryParameter, values: ParameterValues, now: Date): string {
  const given = values.get(parameter.name) ?? defaultsOf(parameter)
  if (given.length === 0) {
    throw new InvalidParameter(`The query ${query} needs ${parameter.name}: ${parameter.about}. Add --set ${parameter.name}=….`)
  }
  if (parameter.type === 'list') return rows(parameter, given)
  const [value = ''] = given
  if (given.length > 1) throw new InvalidParameter(`${parameter.name} takes one value; found ${given.length}.`)
  switch (parameter.type) {
    case 'number':
      if (!/^\d{1,15}$/.test(value.trim())) throw expected(parameter, value, 'a whole number')
      return value.trim()
    case 'day':
      return `date '${day(parameter, value, now)}'`
    case 'text':
      return quoted(parameter, value)
  }
}

function defaultsOf({ type, default: text }: QueryParameter): readonly string[] {
  if (text === undefined) return []
  return type === 'list' ? text.split(',') : [text]
}

function rows(parameter: QueryParameter, members: readonly string[]): string {
  if (members.length > MAX_LIST) {
    throw new InvalidParameter(`${parameter.name} has ${members.length} members; expected at most ${MAX_LIST}.`)
  }
  return `values ${members.map((member, index) => `(${index + 1}, ${quoted(parameter, member)})`).join(', ')}`
}

function quoted(parameter: QueryParameter, value: string): string {
  if (value.includes('\0')) throw expected(parameter, value, 'text without NUL')
  return `'${value.replaceAll("'", "''")}'`
}

/** An ISO date, or an age in days. */
function day(parameter: QueryParameter, value: string, now: Date): string {
  const [, age] = /^(\d{1,5})d$/.exec(value.trim()) ?? []
  if (age !== undefined) return new Date(now.getTime() - Number(age) * DAY_MS).toISOString().slice(0, 10)
  const text = value.trim()
  const date = new Date(`${text}T00:00Z`)
  // An impossible day would be shifted to the next month.
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
  if (isDay) return text
  throw expected(parameter, value, 'a day such as 2026-11-01, or an age such as 30d')
}

function expected({ name }: QueryParameter, value: string, what: string): InvalidParameter {
  return new InvalidParameter(`${name} is ${JSON.stringify(value.slice(0, 100))}; expected ${what}.`)
}

/**
 * Reads values written as `parameter=value`. The members of a list are separated by commas.
 *
 * @param listOf how a list is read
 * @throws InvalidParameter, or an error of `listOf`
 */
export async function readParameters(
  { parameters = [] }: NamedQuery,
  texts: readonly string[],
  listOf: (text: string) => readonly string[] | Promise<readonly string[]>,
): Promise<ParameterValues> {
  const values = new Map<string, readonly string[]>()
  for (const text of texts) {
    const [, name = '', value = ''] = /^([a-z]+)=(.*)$/s.exec(text) ?? []
    if (name === '') throw new InvalidParameter(`Found ${JSON.stringify(text.slice(0, 100))}; expected parameter=value.`)
    const isList = parameters.some((parameter) => parameter.name === name && parameter.type === 'list')
    values.set(name, isList ? await listOf(value) : [value])
  }
  return values
}

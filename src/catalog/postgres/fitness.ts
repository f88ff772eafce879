/** The properties of a database that `FITNESS` queries. */
export interface Fitness {
  number: number
  version: string
  encoding: string
  folded: string
}

const OLDEST_MAJOR = 15

export const FITNESS = `select current_setting('server_version_num')::int as number, current_setting('server_version') as version,
  current_setting('server_encoding') as encoding, lower('I') as folded`

const NEEDS_ANOTHER =
  'A database cannot be changed in this: create another (createdb --encoding=UTF8 --locale=C --template=template0 ' +
  "NAME, or in SQL: create database NAME encoding 'UTF8' locale 'C' template template0), and name it in the URL."

/**
 * Why a database cannot hold a catalog, as the rest of a sentence that begins with its name; undefined if it can. Its lower
 * case matters, because names of repos are compared in it. Its sort order does not: statements name their collation.
 */
export function unfitness({ number, version, encoding, folded }: Fitness): string | undefined {
  if (number < OLDEST_MAJOR * 10_000) {
    return `is Postgres ${version}; ${OLDEST_MAJOR} or newer is needed. Upgrade it, or use another server.`
  }
  if (encoding !== 'UTF8') {
    return `has the encoding ${encoding}; UTF8 is needed, since text on the Hub is in every script. ${NEEDS_ANOTHER}`
  }
  if (folded !== 'i') {
    return (
      `has a locale in which the lower case of "I" is "${folded}", such as Turkish; "i" is needed to find repos by name. ` +
      NEEDS_ANOTHER
    )
  }
  return undefined
}

/**
 * SQL for the settings that statements and the driver rely on, whatever the defaults of database, login or server are. A
 * timeout of statements would end those that are slow for a reason; `hubdex sql` has its own. Read-only settings are not
 * changed. Startup parameters would not work, because poolers refuse them.
 */
export function sessionSettings(searchPath: string): string {
  const settings = Object.entries({
    ...{ search_path: searchPath, TimeZone: 'UTC', DateStyle: 'ISO, MDY', IntervalStyle: 'postgres' },
    ...{ bytea_output: 'hex', extra_float_digits: '1', standard_conforming_strings: 'on', array_nulls: 'on' },
    ...{ transform_null_equals: 'off', default_transaction_isolation: 'read committed' },
    ...{ statement_timeout: '0', lock_timeout: '0', transaction_timeout: '0' },
  }).map(([name, wanted]) => `('${name}', '${wanted}')`)
  // Some exist in newer versions only.
  return `select set_config(name, wanted, false) from (values ${settings.join(', ')}) as settings (name, wanted)
    join pg_settings using (name) where setting <> wanted`
}

/** What a database says of itself, as `FITNESS` asks for it. */
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
  'A database keeps what it was created with: create another (createdb --encoding=UTF8 --locale=C --template=template0 ' +
  "NAME, or in SQL: create database NAME encoding 'UTF8' locale 'C' template template0), and name it in the URL."

/**
 * Why a database cannot hold a catalog, as the rest of a sentence that begins with its name; undefined where it can. The
 * order of its collation does not matter: statements that depend on an order name theirs. Its lower case does, since names of
 * repos are compared in it.
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
 * Gives a session the settings that statements and the driver rely on, whatever the database, the login or the server has for
 * default. A limit on the time of statements would end what takes long for good reason; `hubdex sql` has one of its own.
 * Where the server may only read stays as it is. Parameters of the start packet would not do: poolers refuse them.
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

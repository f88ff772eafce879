import { resolve } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { errorCode } from '../../util/error-code.ts'
import type { Manifest } from '../export/manifest.ts'

export interface DuckDbLimits {
  /** Memory of the engine in megabytes. Larger intermediate results go to files in `temporaryFolder`. */
  memoryMb: number
  temporaryFolder: string
}

/** DuckDB over one export; `using` closes it. */
export interface OpenDuckDb extends Disposable {
  readonly connection: DuckDBConnection
  readonly tables: readonly string[]
}

/**
 * Opens DuckDB in memory, with a view per table of an export. The fence: nothing outside of the export's folder and the temporary
 * folder can be read or written, no extension can be loaded, and no setting can be changed any more.
 *
 * @throws DuckDbMissing if the library is not installed
 */
export async function openDuckDb(folder: string, { files }: Manifest, limits: DuckDbLimits): Promise<OpenDuckDb> {
  const { DuckDBInstance } = await importDuckDb()
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: `${limits.memoryMb}MB`,
    temp_directory: limits.temporaryFolder,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  })
  const connection = await instance.connect()
  try {
    // Otherwise each query reads the footers of its files again.
    await connection.run('set parquet_metadata_cache = true')
    for (const { table, path } of files) {
      await connection.run(`create view "${table}" as select * from read_parquet(${literal(resolve(folder, path))})`)
    }
    await connection.run(`set timezone = 'UTC'`)
    await connection.run(
      `set allowed_directories = [${literal(`${resolve(folder)}/`)}, ${literal(`${limits.temporaryFolder}/`)}]`,
    )
    await connection.run('set enable_external_access = false')
    await connection.run('set lock_configuration = true')
  } catch (error) {
    close()
    throw error
  }
  function close() {
    connection.closeSync()
    instance.closeSync()
  }
  return { connection, tables: files.map(({ table }) => table).sort(), [Symbol.dispose]: close }
}

/** DuckDB is an optional dependency: it takes 70 MB, and the image of the containers goes without. */
class DuckDbMissing extends Error {
  override readonly name = 'DuckDbMissing'
}

async function importDuckDb(): Promise<typeof import('@duckdb/node-api')> {
  try {
    return await import('@duckdb/node-api')
  } catch (error) {
    if (errorCode(error) !== 'ERR_MODULE_NOT_FOUND' && errorCode(error) !== 'MODULE_NOT_FOUND') throw error
    throw new DuckDbMissing(
      'DuckDB is not installed here; expected the package @duckdb/node-api. Install it beside hubdex (npm install -g ' +
        '@duckdb/node-api), or leave --engine out, so that Postgres answers.',
      { cause: error },
    )
  }
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

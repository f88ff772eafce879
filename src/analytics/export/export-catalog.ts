import type pg from 'pg'
import { hubdexVersion } from '../../util/version.ts'
import { listViews } from '../views.ts'
import type { ExportFormat } from './export-formats.ts'
import type { ExportFile, ExportTarget } from './export-target.ts'
import type { ExportedView } from './exported-view.ts'
import { type ExportedFile, MANIFEST_VERSION, type Manifest } from './manifest.ts'
import { ParquetTableWriter } from './parquet-writer.ts'
import { readRows } from './read-rows.ts'
import type { TableWriter } from './table-writer.ts'
import { CsvWriter, JsonLinesWriter } from './text-writers.ts'

export interface ExportOptions {
  format: ExportFormat
  /** Names of views; undefined for all. */
  tables: readonly string[] | undefined
  /** Leaves out what has not changed since then. */
  since: Date | undefined
  signal: AbortSignal
  /** Called as rows are written, with the number of rows of that table so far. */
  onRows(table: string, rows: number): void
}

/** A table was named that the catalog does not have. */
export class UnknownTable extends Error {
  override readonly name = 'UnknownTable'
}

type CatalogFacts = Pick<Manifest, 'schemaVersion' | 'catalogId' | 'catalogTime' | 'endpoint'>

/**
 * Writes the public views of a catalog: one folder per table, and last the manifest. All tables show the catalog at the same
 * instant. Memory does not grow with the catalog.
 *
 * @throws UnknownTable
 * @throws the signal's reason when it was aborted
 */
export async function exportCatalog(pool: pg.Pool, target: ExportTarget, options: ExportOptions): Promise<Manifest> {
  const client = await pool.connect()
  let isClean = false
  try {
    await client.query('begin isolation level repeatable read, read only')
    await client.query(`set local time zone 'UTC'; set local statement_timeout = 0`)
    const views = chosen(await listViews(client), options.tables)
    const facts = await readFacts(client)
    const files: ExportedFile[] = []
    for (const view of views) files.push(await exportView(client, view, target, facts, options))
    await client.query('rollback')
    isClean = true
    const manifest: Manifest = {
      hubdexExport: MANIFEST_VERSION,
      hubdexVersion: hubdexVersion(),
      ...facts,
      format: options.format,
      since: options.since?.toISOString() ?? null,
      files,
    }
    await target.writeManifest(manifest)
    return manifest
  } finally {
    client.release(!isClean)
  }
}

function chosen(views: readonly ExportedView[], names: readonly string[] | undefined): readonly ExportedView[] {
  if (names === undefined) return views
  const unknown = names.filter((name) => !views.some((view) => view.name === name))
  if (unknown.length > 0) {
    throw new UnknownTable(
      `There is no table ${unknown.join(', ')}. Expected some of ${views.map(({ name }) => name).join(', ')}.`,
    )
  }
  return views.filter(({ name }) => names.includes(name))
}

async function readFacts(client: pg.ClientBase): Promise<CatalogFacts> {
  const { rows } = await client.query<CatalogFacts>(
    `select (select name from catalog.migrations order by name desc limit 1) as "schemaVersion",
       (select catalog_id::text from catalog.identity) as "catalogId",
       to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "catalogTime",
       (select endpoint from catalog.hub) as endpoint`,
  )
  return rows[0] as CatalogFacts
}

async function exportView(
  client: pg.ClientBase,
  view: ExportedView,
  target: ExportTarget,
  facts: CatalogFacts,
  { format, since, signal, onRows }: ExportOptions,
): Promise<ExportedFile> {
  await using file = await target.create(`${view.name}/${view.name}.${format}`)
  const writer = writerOf(format, view, file, facts)
  let rows = 0
  for await (const portion of readRows(client, view, since)) {
    signal.throwIfAborted()
    await writer.write(portion)
    rows += portion.length
    onRows(view.name, rows)
  }
  await writer.finish()
  return { table: view.name, path: file.path, rows, sha256: await file.finish(), bytes: file.bytes }
}

function writerOf(format: ExportFormat, view: ExportedView, file: ExportFile, facts: CatalogFacts): TableWriter {
  switch (format) {
    case 'parquet':
      return new ParquetTableWriter(view, file, {
        catalog_time: facts.catalogTime,
        schema_version: facts.schemaVersion,
        catalog_id: facts.catalogId,
      })
    case 'csv':
      return new CsvWriter(view, file)
    case 'jsonl':
      return new JsonLinesWriter(view, file)
  }
}

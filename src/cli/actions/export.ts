import { isBucketAddress } from '../../analytics/export/bucket/bucket-address.ts'
import { checkExport, type ExportFault, type ExportSource, type FaultCode } from '../../analytics/export/check-export.ts'
import { type ExportOptions, UnknownTable } from '../../analytics/export/export-catalog.ts'
import type { ExportFormat } from '../../analytics/export/export-formats.ts'
import { exportToFolder } from '../../analytics/export/folder/export-to-folder.ts'
import { folderSource } from '../../analytics/export/folder/folder-source.ts'
import { InvalidExport, type Manifest } from '../../analytics/export/manifest.ts'
import { currentSchema } from '../../catalog/migrate.ts'
import { counted, formatBytes } from '../../output/format.ts'
import { renderTable } from '../../output/table.ts'
import { InvalidSearch } from '../../search/invalid-search.ts'
import { readValueList } from '../../search/value-list.ts'
import { openExistingCatalog } from '../../service/open/catalog.ts'
import { type CommandContext, UsageError } from '../command.ts'
import { readSince } from '../input/since.ts'
import { type OpenBucket, openBucket } from '../open-bucket.ts'
import { RowProgress } from '../progress/row-progress.ts'

interface ExportFlags {
  tables?: string
  since?: string
  format: ExportFormat
  check?: boolean
}

/** `hubdex export`: writes the catalog as files, or checks an export. */
export async function exportAction(
  context: CommandContext,
  flags: ExportFlags,
  [folder = '']: readonly string[],
): Promise<number> {
  try {
    return flags.check === true ? await check(context, folder) : await write(context, folder, flags)
  } catch (error) {
    const isUsage = [InvalidExport, UnknownTable, InvalidSearch].some((kind) => error instanceof kind)
    throw error instanceof Error && isUsage ? new UsageError(error.message, { cause: error }) : error
  }
}

async function write(context: CommandContext, folder: string, { tables, since, format }: ExportFlags): Promise<number> {
  const options = {
    format,
    tables: tables === undefined ? undefined : tablesIn(tables),
    since: since === undefined ? undefined : readSince(since, new Date()),
    signal: context.signal,
  }
  const manifest = await exportTo(context, folder, options)
  context.answer({ folder, ...manifest }, () => report(folder, manifest, context.width))
  return 0
}

/** An unset variable must not replace a former export by an empty one. */
function tablesIn(text: string): string[] {
  const tables = readValueList(text)
  if (tables.length > 0) return tables
  throw new UsageError('--tables is empty; expected names of tables, separated by commas, such as models,lineage.')
}

async function exportTo(context: CommandContext, target: string, given: Omit<ExportOptions, 'onRows'>): Promise<Manifest> {
  await using opened = isBucketAddress(target) ? await openBucket(context, target) : undefined
  // The engine's memory comes on top. From Postgres, it would save 50 of 250 MB for a quarter more processor time.
  if (context.settings.databaseUrl === undefined) await import('../../service/lean-heap.ts')
  await using catalog = await openExistingCatalog(context)
  const { pool } = catalog.reads
  using progress = new RowProgress(context)
  const options = { ...given, onRows: (table: string, rows: number) => progress.show(table, rows) }
  if (opened === undefined) return await exportToFolder(pool, target, options)
  const { exportToBucket } = await import('../../analytics/export/bucket/export-to-bucket.ts')
  return await exportToBucket(pool, opened.bucket, opened.address, {
    ...options,
    onLeftovers: (reason) => context.log(`The export is complete, but former ones could not be deleted. ${reason}`),
  })
}

function report(folder: string, { files, catalogTime }: Manifest, width: number | undefined): string {
  const rows = files.map(({ table, path, ...file }) => ({ table, rows: file.rows, size: formatBytes(file.bytes), path }))
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  return `${renderTable(rows, { width })}\n\n${folder}: ${counted(files.length, 'table')}, ${formatBytes(bytes)}, the catalog at ${catalogTime}`
}

const FAULTS: Readonly<Record<FaultCode, string>> = {
  missing: 'is missing',
  'wrong-size': 'has another size than the manifest says',
  'wrong-content': 'has other contents than were exported',
  unexpected: 'is not in the manifest',
}

async function check(context: CommandContext, folder: string): Promise<number> {
  await using opened = isBucketAddress(folder) ? await openBucket(context, folder) : undefined
  const source = opened === undefined ? folderSource(folder) : await sourceIn(opened, context.signal)
  const { manifest, faults } = await checkExport(source, context.signal)
  context.answer({ folder, ok: faults.length === 0, faults, ...manifest }, () => verdict(folder, manifest, faults))
  return faults.length === 0 ? 0 : 1
}

async function sourceIn({ bucket, address }: OpenBucket, signal: AbortSignal): Promise<ExportSource> {
  const { bucketSource } = await import('../../analytics/export/bucket/bucket-source.ts')
  return bucketSource(bucket, address, signal)
}

function verdict(folder: string, { files, catalogTime, schemaVersion }: Manifest, faults: readonly ExportFault[]): string {
  if (faults.length > 0) return faults.map(({ path, code }) => `${path} ${FAULTS[code]}.`).join('\n')
  const complete = `${folder} is complete: ${counted(files.length, 'table')}, the catalog at ${catalogTime}.`
  if (schemaVersion === currentSchema()) return complete
  return `${complete} It has schema ${schemaVersion}, this hubdex ${currentSchema()}: tables and columns may differ from docs/exports.md.`
}

import { checkExport, type ExportFault, type FaultCode } from '../../analytics/export/check-export.ts'
import { exportCatalog, UnknownTable } from '../../analytics/export/export-catalog.ts'
import type { ExportFormat } from '../../analytics/export/export-formats.ts'
import { InvalidExport, type Manifest } from '../../analytics/export/manifest.ts'
import { writeAside } from '../../analytics/export/write-aside.ts'
import { counted, formatBytes } from '../../output/format.ts'
import { renderTable } from '../../output/table.ts'
import { InvalidSearch } from '../../search/invalid-search.ts'
import { readValueList } from '../../search/value-list.ts'
import { openExistingCatalog } from '../../service/open/catalog.ts'
import { errorCode } from '../../util/error-code.ts'
import { type CommandContext, UsageError } from '../command.ts'
import { RowProgress } from '../progress/row-progress.ts'
import { readSince } from '../since.ts'

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
    if (error instanceof Error && isUsage) throw new UsageError(error.message, { cause: error })
    if (errorCode(error) !== 'ENOSPC') throw error
    throw new Error(`The disk of ${folder} is full; the export was deleted. Free some space, or export to another disk.`, {
      cause: error,
    })
  }
}

async function write(context: CommandContext, folder: string, { tables, since, format }: ExportFlags): Promise<number> {
  const options = {
    format,
    tables: tables === undefined ? undefined : readValueList(tables),
    since: since === undefined ? undefined : readSince(since, new Date()),
  }
  await using catalog = await openExistingCatalog(context)
  using progress = new RowProgress(context)
  const manifest = await writeAside(folder, (aside) =>
    exportCatalog(catalog.reads.pool, aside, {
      ...options,
      signal: context.signal,
      onRows: (table, rows) => progress.show(table, rows),
    }),
  )
  context.answer({ folder, ...manifest }, () => report(folder, manifest, context.width))
  return 0
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
  const { manifest, faults } = await checkExport(folder, context.signal)
  context.answer({ folder, ok: faults.length === 0, faults, ...manifest }, () => verdict(folder, manifest, faults))
  return faults.length === 0 ? 0 : 1
}

function verdict(folder: string, { files, catalogTime }: Manifest, faults: readonly ExportFault[]): string {
  if (faults.length > 0) return faults.map(({ path, code }) => `${path} ${FAULTS[code]}.`).join('\n')
  return `${folder} is complete: ${counted(files.length, 'table')}, the catalog at ${catalogTime}.`
}

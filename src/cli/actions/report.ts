import { mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import { querySnapshot } from '../../analytics/sql-runner.ts'
import { formatBytes } from '../../output/format.ts'
import { drawReport, REPORT_GENERATOR } from '../../report/draw-report.ts'
import { EmptyCatalog, readReport } from '../../report/read-report.ts'
import { openExistingCatalog } from '../../service/open/catalog.ts'
import { errorCode } from '../../util/error-code.ts'
import { FileNotWritable, requireWritable, writeWhole } from '../../util/write-whole.ts'
import { type CommandContext, UsageError } from '../command.ts'

/** Nobody waits for a single query, and a large catalog takes its time. */
const LEAST_TIMEOUT_MS = 60_000
/** Enough for the months and libraries of the Hub. */
const MAX_ROWS = 100_000

/** `hubdex report`: writes a report of the catalog as one HTML page. */
export async function reportAction(
  context: CommandContext,
  _flags: unknown,
  [folder = '']: readonly string[],
): Promise<number> {
  const { sqlTimeoutMs, sqlMaxMb } = context.settings
  const limits = {
    timeoutMs: Math.max(sqlTimeoutMs, LEAST_TIMEOUT_MS),
    maxRows: MAX_ROWS,
    maxBytes: sqlMaxMb * 1024 * 1024,
  }
  const file = join(folder, 'index.html')
  try {
    await refuseOtherPage(file)
    await using catalog = await openExistingCatalog(context)
    const { pool } = catalog.reads
    const { signal } = context
    const report = await querySnapshot(pool, limits, (run) => readReport(run, new Date()), { signal })
    const page = drawReport(report)
    await mkdir(folder, { recursive: true })
    await requireWritable(file)
    await writeWhole(file, page)
    const { endpoint, readAt, headlines, sections } = report
    const bytes = Buffer.byteLength(page)
    const figures = Object.fromEntries(headlines.map(({ name, value }) => [name, value]))
    const shown = sections.map(({ title, finding, queries }) => ({
      title,
      finding,
      queries: queries,
    }))
    context.answer(
      { file, bytes, endpoint, readAt, headlines: figures, sections: shown },
      () => `${file}: ${formatBytes(bytes)}, ${sections.length} sections. Open it in a browser.`,
    )
    return 0
  } catch (error) {
    if (error instanceof EmptyCatalog || error instanceof FileNotWritable) throw new UsageError(error.message, { cause: error })
    throw error
  }
}

/** A report replaces only a report. */
async function refuseOtherPage(file: string): Promise<void> {
  let head: string
  try {
    await using present = await open(file)
    const { buffer, bytesRead } = await present.read(Buffer.alloc(2_000), 0, 2_000, 0)
    head = buffer.subarray(0, bytesRead).toString()
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return
    if (errorCode(error) === 'ENOTDIR')
      throw new FileNotWritable(`${file}: a part of this path is a file; expected a folder.`, { cause: error })
    throw error
  }
  if (head.includes(`name="generator" content="${REPORT_GENERATOR} `)) return
  throw new FileNotWritable(`${file} is not a report of hubdex, so it is not replaced. Give another folder.`)
}

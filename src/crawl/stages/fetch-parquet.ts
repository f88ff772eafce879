import type { ParquetFile, ParquetSplitData, StageResult, StageTask } from '../../catalog/stages/stage-data.ts'
import { BrokenAnswer, Gone, Moved, Refused } from '../../hub/errors.ts'
import type { ParquetSplit } from '../../hub/parquet-listing.ts'
import type { RepoFile } from '../../hub/repo-files.ts'
import { chooseFiles } from './choose-files.ts'
import { type Footer, fetchFooter } from './footer/fetch-footer.ts'
import { BadFooter } from './footer/thrift-reader.ts'
import { findSameRepo } from './same-repo.ts'
import { SchemaList } from './schema-list.ts'
import { STAGE_LIMITS, type StageContext } from './stage-context.ts'

/** Where the Hub keeps the Parquet files that it made of a dataset. */
const PARQUET_REVISION = 'refs/convert/parquet'

/**
 * The listing of a dataset's Parquet files, then the footers of up to 20 files of each split. The listing carries no `_id`,
 * so a request before it makes sure that the name still is this dataset's.
 */
export async function fetchParquet(task: StageTask, context: StageContext): Promise<StageResult> {
  const { id } = await findSameRepo(task, context)
  const { splits: listed, reason } = await context.hub.parquetListing(id, { signal: context.signal })
  if (reason !== undefined) return { outcome: 'absent', reason }

  const { splits, files } = bounded(listed)
  const { footersOfSplit, footersOfDataset } = STAGE_LIMITS
  const chosen = chooseFiles(
    splits.map(({ urls }) => urls.length),
    footersOfSplit,
    footersOfDataset,
  )
  const schemas = new SchemaList()
  const found: ParquetSplitData[] = []
  for (const [index, split] of splits.entries()) {
    found.push(await readSplit(split, chosen[index] ?? 0, new FooterReader(id, split, context), schemas))
  }
  return {
    outcome: 'done',
    reason: remark(
      found,
      splits.length < listed.length || files < listed.reduce((sum, { urls }) => sum + urls.length, 0),
    ),
    data: { stage: 'parquet', splits: found, schemas: schemas.all },
  }
}

/** What is kept of a listing of any length. */
function bounded(listed: readonly ParquetSplit[]): { splits: ParquetSplit[]; files: number } {
  let files = 0
  const splits: ParquetSplit[] = []
  for (const { urls, ...split } of listed.slice(0, STAGE_LIMITS.splits)) {
    const kept = urls.slice(0, STAGE_LIMITS.parquetFiles - files)
    if (kept.length === 0) break
    files += kept.length
    splits.push({ ...split, urls: kept })
  }
  return { splits, files }
}

async function readSplit(
  { config, split, urls }: ParquetSplit,
  chosen: number,
  reader: FooterReader,
  schemas: SchemaList,
): Promise<ParquetSplitData> {
  const files: ParquetFile[] = []
  const footers: Footer[] = []
  for (const [index, url] of urls.entries()) {
    const footer = index < chosen ? await reader.read(url) : undefined
    if (footer === undefined || 'error' in footer) {
      files.push({ url, rows: null, rowGroups: null, bytes: null, error: footer?.error ?? null })
    } else {
      footers.push(footer)
      files.push({ url, rows: footer.rows, rowGroups: footer.rowGroups, bytes: footer.bytes, error: null })
    }
  }
  const [first] = footers
  const total = (values: readonly (number | null)[]): number | null => extrapolated(values, files.length)
  return {
    config,
    split,
    files,
    rows: total(footers.map(({ rows }) => rows)),
    bytes: total(footers.map(({ bytes }) => bytes)),
    isEstimated: footers.length > 0 && footers.length < files.length,
    schema: first === undefined ? null : schemas.add(first.schema),
    columnBytes: first === undefined ? [] : sumByColumn(first, footers),
  }
}

/** The sum over all files, as far as some of them tell: shards of a split are about as long as each other. */
function extrapolated(values: readonly (number | null)[], files: number): number | null {
  const known = values.filter((value) => value !== null)
  if (known.length === 0) return null
  const sum = (known.reduce((total, value) => total + value, 0) / known.length) * files
  return Math.min(Math.round(sum), Number.MAX_SAFE_INTEGER)
}

/** Files of a split have the same columns; one that has others tells nothing of these. */
function sumByColumn(first: Footer, footers: readonly Footer[]): number[] {
  const alike = footers.filter(({ columnBytes }) => columnBytes.length === first.columnBytes.length)
  return first.columnBytes.map((_, index) =>
    Math.min(
      alike.reduce((sum, { columnBytes }) => sum + (columnBytes[index] ?? 0), 0),
      Number.MAX_SAFE_INTEGER,
    ),
  )
}

function remark(splits: readonly ParquetSplitData[], isCut: boolean): string | null {
  const files = splits.flatMap((split) => split.files)
  const bad = files.filter(({ error }) => error !== null)
  const unread = files.filter(({ rows, error }) => rows === null && error === null).length
  const sentences = [
    bad.length === 0
      ? ''
      : `${bad.length} of ${files.length} files could not be read, the first because ${bad[0]?.error}.`,
    unread === 0 ? '' : `The footers of ${unread} of ${files.length} files were left unread.`,
    isCut ? `Only ${files.length} files of the listing were kept.` : '',
  ].filter((sentence) => sentence !== '')
  return sentences.length === 0 ? null : sentences.join(' ')
}

/**
 * Reads footers of one split. The listed address redirects to the file, at the price of a request of the dear bucket: the
 * file is asked for directly, and the listed address where that is not where it is.
 */
class FooterReader {
  readonly #id: string
  readonly #split: ParquetSplit
  readonly #context: StageContext
  #isWhereExpected = true

  constructor(id: string, split: ParquetSplit, context: StageContext) {
    this.#id = id
    this.#split = split
    this.#context = context
  }

  /**
   * @returns an error where this file has no footer to read, whoever asks
   * @throws HubError where asking again may help, or where nothing will
   */
  async read(url: string): Promise<Footer | { error: string }> {
    try {
      return await fetchFooter((options) => this.#readRange(url, options), STAGE_LIMITS.footerBytes)
    } catch (error) {
      if (error instanceof BadFooter) return { error: error.message }
      const isOfThisFile =
        error instanceof Gone ||
        error instanceof Moved ||
        error instanceof BrokenAnswer ||
        (error instanceof Refused && !error.isGated && !error.isDisabled)
      if (!isOfThisFile) throw error
      return { error: error.message }
    }
  }

  async #readRange(
    url: string,
    options: Pick<Parameters<StageContext['hub']['fileAt']>[1], 'range' | 'maxBytes'>,
  ): Promise<RepoFile> {
    const { hub, signal } = this.#context
    const path = this.#isWhereExpected ? this.#expectedPath(url) : undefined
    if (path !== undefined) {
      try {
        return await hub.repoFile('dataset', this.#id, path, { ...options, revision: PARQUET_REVISION, signal })
      } catch (error) {
        const isElsewhere = error instanceof Gone || (error instanceof Refused && !error.isGated && !error.isDisabled)
        if (!isElsewhere) throw error
        this.#isWhereExpected = false
      }
    }
    return await hub.fileAt(url, { ...options, signal })
  }

  /** `…/parquet/config/split/7.parquet` is a redirect to `config/split/0007.parquet` on the branch of Parquet files. */
  #expectedPath(url: string): string | undefined {
    const number = /\/(\d{1,9})\.parquet$/.exec(url)?.[1]
    const { config, split } = this.#split
    return number === undefined ? undefined : `${config}/${split}/${number.padStart(4, '0')}.parquet`
  }
}

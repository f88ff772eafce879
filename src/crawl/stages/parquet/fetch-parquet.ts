import type { ParquetFile, StageResult, StageTask } from '../../../catalog/stages/stage-data.ts'
import { BrokenAnswer, ForeignRedirect, Refused, RepoNotFound } from '../../../hub/errors.ts'
import type { RepoFile } from '../../../hub/repos/files.ts'
import type { ParquetSplit } from '../../../hub/repos/parquet-listing.ts'
import { findSameRepo } from '../same-repo.ts'
import { STAGE_LIMITS, type StageContext, type StageLimits } from '../stage-context.ts'
import { chooseFiles } from './choose-files.ts'
import { type Footer, fetchFooter } from './fetch-footer.ts'
import { FooterAllowance } from './footer-allowance.ts'
import { type FoundSplit, parquetRemark } from './parquet-remark.ts'
import { SchemaList } from './schema-list.ts'
import { SplitColumns } from './split-columns.ts'
import { BadFooter } from './thrift-reader.ts'

/** The branch on which the Hub stores the Parquet files that it makes of a dataset. */
const PARQUET_REVISION = 'refs/convert/parquet'

/**
 * Fetches the listing of a dataset's Parquet files, then the footers of up to 20 files per split. The listing has no `_id`, so
 * a request before it checks that the name still belongs to this dataset. Only one footer is in memory at a time, and the data
 * stored from all footers is bounded.
 */
export async function fetchParquet(
  task: StageTask,
  context: StageContext,
  limits: StageLimits = STAGE_LIMITS,
): Promise<StageResult> {
  const { id } = await findSameRepo(task, context)
  const { splits: listed, reason } = await context.hub.parquetListing(id, { signal: context.signal })
  if (reason !== undefined) return { outcome: 'absent', reason }

  const splits = bounded(listed, limits)
  const chosen = chooseFiles(
    splits.map(({ urls }) => urls.length),
    limits.footersOfSplit,
    limits.footersOfDataset,
  )
  const allowance = new FooterAllowance(limits)
  const schemas = new SchemaList({ columns: limits.columnsOfDataset, characters: limits.columnCharactersOfDataset })
  const found: FoundSplit[] = []
  for (const [index, split] of splits.entries()) {
    const reader = new FooterReader(id, split, context, allowance)
    found.push(await readSplit(split, chosen[index] ?? 0, reader, schemas))
  }
  return {
    outcome: 'done',
    reason: parquetRemark(found, schemas, countFiles(splits) < countFiles(listed)),
    data: { stage: 'parquet', splits: found, schemas: schemas.all },
  }
}

/** The part of a listing that is stored. */
function bounded(listed: readonly ParquetSplit[], limits: StageLimits): ParquetSplit[] {
  let filesLeft = limits.parquetFiles
  let charactersLeft = limits.parquetFileCharacters
  const splits: ParquetSplit[] = []
  for (const { urls, ...split } of listed.slice(0, limits.splits)) {
    charactersLeft -= split.config.length + split.split.length
    const stored: string[] = []
    for (const url of urls) {
      charactersLeft -= url.length
      if (stored.length === filesLeft || charactersLeft < 0) break
      stored.push(url)
    }
    if (stored.length === 0) break
    filesLeft -= stored.length
    splits.push({ ...split, urls: stored })
  }
  return splits
}

function countFiles(splits: readonly ParquetSplit[]): number {
  return splits.reduce((sum, { urls }) => sum + urls.length, 0)
}

async function readSplit(
  { config, split, urls }: ParquetSplit,
  chosen: number,
  reader: FooterReader,
  schemas: SchemaList,
): Promise<FoundSplit> {
  const files: ParquetFile[] = []
  const columns = new SplitColumns()
  for (const [index, url] of urls.entries()) {
    const footer = index < chosen ? await reader.read(url) : undefined
    if (footer === undefined || 'error' in footer) {
      files.push({ url, rows: null, rowGroups: null, bytes: null, error: footer?.error ?? null })
    } else {
      columns.add(footer.schema, footer.columnBytes)
      files.push({ url, rows: footer.rows, rowGroups: footer.rowGroups, bytes: footer.bytes, error: null })
    }
  }
  const { schema, schemaCount } = columns
  const stored = schema === undefined ? undefined : schemas.add(schema)
  const read = files.filter(({ rows }) => rows !== null)
  const total = (values: readonly (number | null)[]): number | null => extrapolated(values, files.length)
  return {
    config,
    split,
    files,
    rows: total(read.map(({ rows }) => rows)),
    bytes: total(read.map(({ bytes }) => bytes)),
    isEstimated: read.length > 0 && read.length < files.length,
    schema: stored?.place ?? null,
    columnBytes: columns.columnBytes.slice(0, stored?.columns),
    schemaCount,
  }
}

/** The sum over all files, estimated from those that were read: the shards of a split have about the same size. */
function extrapolated(values: readonly (number | null)[], files: number): number | null {
  const known = values.filter((value) => value !== null)
  if (known.length === 0) return null
  const sum = (known.reduce((total, value) => total + value, 0) / known.length) * files
  return Math.min(Math.round(sum), Number.MAX_SAFE_INTEGER)
}

/**
 * Reads footers of one split. The listed address redirects to the file, which costs a request of the smaller bucket, `api`.
 * So the file is requested directly, and by the listed address only if it is not at the expected place.
 */
class FooterReader {
  readonly #id: string
  readonly #split: ParquetSplit
  readonly #context: StageContext
  readonly #allowance: FooterAllowance
  #isWhereExpected = true

  constructor(id: string, split: ParquetSplit, context: StageContext, allowance: FooterAllowance) {
    this.#id = id
    this.#split = split
    this.#context = context
    this.#allowance = allowance
  }

  /**
   * @returns an error if this file has no footer that anybody could read; undefined if the dataset has used up its allowance
   * @throws HubError if a retry may help, or if no file of the dataset can be read
   */
  async read(url: string): Promise<Footer | { error: string } | undefined> {
    if (this.#allowance.isUsed) return undefined
    try {
      return await fetchFooter(async (options) => {
        const range = await this.#readRange(url, options)
        this.#allowance.take(range.bytes.length)
        return range
      }, STAGE_LIMITS.footerBytes)
    } catch (error) {
      if (error instanceof BadFooter) return { error: error.message }
      const isOfThisFile =
        error instanceof RepoNotFound ||
        error instanceof ForeignRedirect ||
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
        const isElsewhere = error instanceof RepoNotFound || (error instanceof Refused && !error.isGated && !error.isDisabled)
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

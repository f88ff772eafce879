import { LRUCache } from 'lru-cache'
import type { FileEntry, HubFile, ParquetSplit, SplitTable } from '../../hub-server/hub-files.ts'
import type { HubRepo } from '../../hub-server/hub-store.ts'
import { entryOf, fileOf, fillerFile, sha256Of } from './bytes.ts'
import { corrupted, encrypted, HUGE_FOOTER_BYTES, hugeFooterTail, parquetBytes, parquetTable } from './parquet-file.ts'
import { PARQUET_FIELD } from './parquet-plan.ts'

/** Files of a split whose rows are read for the dataset viewer. */
const MAX_READ = 50
const PARQUET_TYPE = 'application/vnd.apache.parquet'

/** The files at the Parquet ref of datasets: a few rows each, other ones after every commit. */
export class ParquetShards {
  /** Files of a few kilobytes each. A reader of footers requests each of them twice. */
  readonly #files = new LRUCache<string, HubFile>({ max: 256 })

  list(repo: HubRepo, plan: readonly ParquetSplit[]): readonly FileEntry[] {
    return plan.flatMap((split) => split.paths.map((path) => entryOf(path, this.#file(repo, split, path))))
  }

  open(repo: HubRepo, plan: readonly ParquetSplit[], path: string): HubFile | undefined {
    const split = plan.find(({ paths }) => paths.includes(path))
    return split && this.#file(repo, split, path)
  }

  /** The rows of a split, of its first files if there are very many. */
  table(repo: HubRepo, split: ParquetSplit): SplitTable {
    const paths = split.paths.slice(0, MAX_READ)
    const [first = [], ...rest] = paths.map((path) => parquetTable(`${repo._id} ${split.config}`, keyOf(repo, path)))
    const columns = first.map(({ name, feature, values }, place) => {
      return { name, feature, values: [values, ...rest.map((file) => file[place]?.values ?? [])].flat() }
    })
    const bytes = paths.reduce((sum, path) => sum + this.#file(repo, split, path).size, 0)
    return { columns, rows: columns[0]?.values.length ?? 0, bytes, isPartial: paths.length < split.paths.length }
  }

  #file(repo: HubRepo, { config }: ParquetSplit, path: string): HubFile {
    const key = keyOf(repo, path)
    const known = this.#files.get(key)
    if (known !== undefined) return known
    const file = shardOf(repo, `${repo._id} ${config}`, key)
    this.#files.set(key, file)
    return file
  }
}

function keyOf(repo: HubRepo, path: string): string {
  // All files of a listing of ten thousand are the same file, since generating them would take long.
  const isMany = repo[PARQUET_FIELD] === 'many-files'
  return [repo._id, repo['sha'], repo[PARQUET_FIELD], isMany ? '' : path].map(String).join(' ')
}

function shardOf(repo: HubRepo, schemaSeed: string, rowSeed: string): HubFile {
  if (repo[PARQUET_FIELD] === 'huge-footer') {
    const hash = sha256Of(rowSeed)
    const [size, tail] = [HUGE_FOOTER_BYTES + 1_000, hugeFooterTail()]
    return fillerFile({ size, tail, text: hash, hash, contentType: PARQUET_TYPE, isLarge: true })
  }
  const good = parquetBytes(schemaSeed, rowSeed)
  const bent = { corrupt: corrupted, encrypted }[String(repo[PARQUET_FIELD])] ?? ((bytes: Buffer) => bytes)
  return fileOf(bent(good), PARQUET_TYPE, true)
}

import { createHash } from 'node:crypto'
import type { RepoKind } from '../../hub/kinds.ts'
import { type FileEntry, type HubFile, type HubFiles, PARQUET_REVISION, type ParquetSplit } from '../../hub-server/hub-files.ts'
import type { HubRepo } from '../../hub-server/hub-store.ts'
import { isLargeFile } from '../generator/files.ts'
import { fileOf, fillerFile } from './bytes.ts'
import { cardBytes, README_FIELD } from './card-text.ts'
import { CONVERSION_FIELD, convertedRepo } from './conversion.ts'
import { drawOf } from './draw-text.ts'
import { corrupted, encrypted, HUGE_FOOTER_BYTES, hugeFooterTail, parquetBytes } from './parquet-file.ts'
import { PARQUET_FIELD, parquetPlan } from './parquet-plan.ts'

const README = 'README.md'
const PARQUET_TYPE = 'application/vnd.apache.parquet'
/** Files of a few kilobytes each. A reader of footers requests each of them twice. */
const CACHED_FILES = 256

/** Files of a repo without `siblings`. */
const USUAL_FILES = [{ rfilename: '.gitattributes' }, { rfilename: README }]

/**
 * The contents of sample repos. They are generated when they are read and depend only on `sha`: READMEs that match `cardData`,
 * Parquet files of a few rows, and for other files as many bytes as the listing says.
 */
export class RepoContents implements HubFiles {
  readonly fields = new Set([
    ...['sha', 'siblings', 'cardData', 'description'],
    ...[README_FIELD, PARQUET_FIELD, CONVERSION_FIELD],
  ])
  readonly #now: () => number
  readonly #parquetFiles = new Map<string, HubFile>()

  /** @param now the Hub's clock, in milliseconds since 1970 */
  constructor(now: () => number) {
    this.#now = now
  }

  list(kind: RepoKind, repo: HubRepo, revision: string): readonly FileEntry[] {
    if (revision === PARQUET_REVISION) return this.#listParquet(repo)
    const files = Array.isArray(repo['siblings']) ? repo['siblings'] : USUAL_FILES
    return files.flatMap((file) => {
      const name: unknown = file?.rfilename
      if (typeof name !== 'string') return []
      if (name !== README) return [{ ...filledIn(repo, name), ...file }]
      const card = this.#card(kind, repo)
      return card === undefined ? [] : [{ rfilename: README, size: card.size, blobId: card.hash }]
    })
  }

  open(kind: RepoKind, repo: HubRepo, revision: string, path: string): HubFile | undefined {
    if (revision === PARQUET_REVISION) return this.#openParquet(repo, path)
    const files = Array.isArray(repo['siblings']) ? repo['siblings'] : USUAL_FILES
    const named: object | undefined = files.find((file) => file?.rfilename === path)
    if (path === README) return named === undefined && !(README_FIELD in repo) ? undefined : this.#card(kind, repo)
    if (named === undefined) return undefined
    const { size = 0, blobId = '', lfs }: FileEntry = { ...filledIn(repo, path), ...named }
    return fillerFile(size, lfs?.sha256 ?? blobId)
  }

  parquet(repo: HubRepo): readonly ParquetSplit[] | undefined {
    const converted = convertedRepo(repo, this.#now())
    return converted && parquetPlan(converted)
  }

  #card(kind: RepoKind, repo: HubRepo): HubFile | undefined {
    const bytes = cardBytes(kind, repo)
    return bytes === undefined ? undefined : fileOf(bytes, 'text/markdown; charset=utf-8')
  }

  #listParquet(repo: HubRepo): readonly FileEntry[] {
    const paths = this.parquet(repo)?.flatMap((split) => split.paths) ?? []
    return paths.flatMap((rfilename) => {
      const file = this.#openParquet(repo, rfilename)
      if (file === undefined) return []
      const { size, hash: sha256 } = file
      const blobId = createHash('sha1').update(sha256).digest('hex')
      return [{ rfilename, size, blobId, lfs: { sha256, size, pointerSize: pointerSize(size) } }]
    })
  }

  #openParquet(given: HubRepo, path: string): HubFile | undefined {
    const repo = convertedRepo(given, this.#now())
    if (repo === undefined) return undefined
    const plan = parquetPlan(repo) ?? []
    const split = plan.find(({ paths }) => paths.includes(path))
    if (split === undefined) return undefined
    // All files of a listing of ten thousand are the same file, since generating them would take long.
    const isMany = repo[PARQUET_FIELD] === 'many-files'
    const key = [repo._id, repo['sha'], repo[PARQUET_FIELD], isMany ? '' : path].map(String).join(' ')
    let file = this.#parquetFiles.get(key)
    if (file === undefined) {
      file = parquetFile(repo, `${repo._id} ${split.config}`, key)
      this.#parquetFiles.set(key, file)
      const [oldest] = this.#parquetFiles.keys()
      if (this.#parquetFiles.size > CACHED_FILES && oldest !== undefined) this.#parquetFiles.delete(oldest)
    }
    return file
  }
}

function parquetFile(repo: HubRepo, schemaSeed: string, rowSeed: string): HubFile {
  if (repo[PARQUET_FIELD] === 'huge-footer') {
    return { ...fillerFile(HUGE_FOOTER_BYTES + 1_000, sha256Of(rowSeed), hugeFooterTail()), contentType: PARQUET_TYPE }
  }
  const good = parquetBytes(schemaSeed, rowSeed)
  const bent = { corrupt: corrupted, encrypted }[String(repo[PARQUET_FIELD])] ?? ((bytes: Buffer) => bytes)
  const bytes = bent(good)
  return fileOf(bytes, PARQUET_TYPE, sha256Of(bytes))
}

/** Adds what the listing of a file omits, in the Hub's way: large files are pointers in git. */
function filledIn(repo: HubRepo, rfilename: string): FileEntry {
  const share = drawOf(`${repo._id} ${rfilename}`)(0, 0)
  const blobId = createHash('sha1').update(`${repo._id} ${rfilename}`).digest('hex')
  if (!isLargeFile(rfilename)) return { rfilename, size: Math.round(100 * 100 ** share), blobId }
  const size = Math.round(1e6 * 1e3 ** share)
  return { rfilename, size, blobId, lfs: { sha256: sha256Of(blobId), size, pointerSize: pointerSize(size) } }
}

function pointerSize(size: number): number {
  return 127 + String(size).length
}

function sha256Of(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}

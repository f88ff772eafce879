import type { RepoKind } from '../../hub/kinds.ts'
import {
  type FileEntry,
  type HubCommit,
  type HubContents,
  type HubFile,
  PARQUET_REVISION,
  type ParquetSplit,
  type SplitTable,
} from '../../hub-server/hub-files.ts'
import type { HubRepo } from '../../hub-server/hub-store.ts'
import { isLargeFile } from '../generator/files.ts'
import type { Blobs } from '../history/blobs.ts'
import { COMMITTED_FIELDS, digestOf, type Histories, headOf } from '../history/histories.ts'
import { entryOf, fileOf } from './bytes.ts'
import { cardBytes, README_FIELD } from './card-text.ts'
import { CONVERSION_FIELD, convertedRepo } from './conversion.ts'
import { type GivenFile, madeFile } from './made/made-file.ts'
import { MADE_FROM_FIELD } from './made-from.ts'
import { PARQUET_FIELD, parquetPlan } from './parquet-plan.ts'
import { ParquetShards } from './parquet-shards.ts'

const README = 'README.md'
const MARKDOWN = 'text/markdown; charset=utf-8'

/** Files of a repo without `siblings`. */
const USUAL_FILES = [{ rfilename: '.gitattributes' }, { rfilename: README }]

interface Sibling extends GivenFile {
  readonly rfilename: string
}

/**
 * The contents of sample repos at any revision: what was committed, and otherwise files that are made when they are read and
 * agree with the metadata of their repo.
 */
export class RepoContents implements HubContents {
  readonly fields: ReadonlySet<string> = new Set([
    ...['sha', 'createdAt', 'lastModified', 'author', 'config', 'safetensors', 'gguf'],
    ...[...COMMITTED_FIELDS, PARQUET_FIELD, CONVERSION_FIELD, MADE_FROM_FIELD],
  ])
  readonly #now: () => number
  readonly #histories: Histories
  readonly #blobs: Blobs
  readonly #shards = new ParquetShards()

  /** @param now the Hub's clock, in milliseconds since 1970 */
  constructor(now: () => number, histories: Histories, blobs: Blobs) {
    this.#now = now
    this.#histories = histories
    this.#blobs = blobs
  }

  at(kind: RepoKind, repo: HubRepo, revision: string): HubRepo | undefined {
    const converted = kind === 'dataset' ? this.#converted(repo) : undefined
    if (converted !== undefined && (revision === PARQUET_REVISION || revision === converted['sha'])) return converted
    const commit = this.#histories.commitAt(repo, revision)
    if (commit === undefined) return undefined
    if (commit.sha === headOf(repo)) return { ...repo, sha: commit.sha }
    return { ...repo, ...commit.content, sha: commit.sha, lastModified: new Date(commit.atMs).toISOString() }
  }

  list(kind: RepoKind, repo: HubRepo, revision: string): readonly FileEntry[] {
    const then = this.at(kind, repo, revision)
    if (then === undefined) return []
    if (isConverted(then)) return this.#shards.list(then, parquetPlan(then) ?? [])
    return siblingsOf(then).flatMap((sibling) => {
      const file = this.#open(kind, then, sibling)
      if (file === undefined) return []
      const { size, blobId, lfs } = sibling as Partial<FileEntry>
      const entry = entryOf(sibling.rfilename, file)
      return [sibling.rfilename === README ? entry : { ...entry, ...given({ size, blobId, lfs }) }]
    })
  }

  open(kind: RepoKind, repo: HubRepo, revision: string, path: string): HubFile | undefined {
    const then = this.at(kind, repo, revision)
    if (then === undefined) return undefined
    if (isConverted(then)) return this.#shards.open(then, parquetPlan(then) ?? [], path)
    const sibling = siblingsOf(then).find(({ rfilename }) => rfilename === path)
    if (sibling !== undefined) return this.#open(kind, then, sibling)
    return path === README && then[README_FIELD] !== undefined ? this.#open(kind, then, { rfilename: README }) : undefined
  }

  parquet(repo: HubRepo): readonly ParquetSplit[] | undefined {
    const converted = convertedRepo(repo, this.#now())
    return converted && parquetPlan(converted)
  }

  table(repo: HubRepo, split: ParquetSplit): SplitTable {
    return this.#shards.table(this.#converted(repo) ?? repo, split)
  }

  commits(kind: RepoKind, repo: HubRepo, revision: string): readonly HubCommit[] {
    const then = this.at(kind, repo, revision)
    if (then === undefined || !isConverted(then)) return this.#histories.log(repo, revision)
    const [commit] = this.#histories.log(repo, 'main')
    const sha = String(then['sha'])
    return commit === undefined ? [] : [{ ...commit, sha, title: 'Update parquet files', author: 'parquet-converter' }]
  }

  lastCommits(kind: RepoKind, repo: HubRepo, revision: string): ReadonlyMap<string, HubCommit> {
    const last = new Map<string, HubCommit>()
    const commits = this.commits(kind, repo, revision)
    const [newest] = commits
    if (newest === undefined) return last
    let after = this.#versions(kind, repo, newest.sha)
    for (const [index, commit] of commits.entries()) {
      const older = commits[index + 1]
      const before = older === undefined ? new Map<string, string>() : this.#versions(kind, repo, older.sha)
      for (const [path, version] of after) {
        if (!last.has(path) && before.get(path) !== version) last.set(path, commit)
      }
      after = before
    }
    return last
  }

  refs(kind: RepoKind, repo: HubRepo): readonly (readonly [ref: string, sha: string])[] {
    const converted = kind === 'dataset' ? this.#converted(repo) : undefined
    const converts = converted === undefined ? [] : [[PARQUET_REVISION, String(converted['sha'])] as const]
    return [...this.#histories.refs(repo), ...converts]
  }

  #open(kind: RepoKind, repo: HubRepo, sibling: Sibling): HubFile | undefined {
    const { rfilename, lfs, blobId } = sibling
    const sha256: unknown = typeof lfs === 'object' && lfs !== null ? Reflect.get(lfs, 'sha256') : undefined
    const committed = this.#blobs.get(sha256 ?? blobId)
    if (committed !== undefined) {
      return fileOf(committed, rfilename === README ? MARKDOWN : typeOf(repo, rfilename), lfs !== undefined)
    }
    if (rfilename !== README) return madeFile(repo, rfilename, sibling)
    const card = cardBytes(kind, repo)
    return card && fileOf(card, MARKDOWN, false)
  }

  /** The dataset as of its Parquet ref. Undefined when nothing is converted. */
  #converted(repo: HubRepo): HubRepo | undefined {
    const converted = convertedRepo(repo, this.#now())
    if (converted === undefined || parquetPlan(converted) === undefined) return undefined
    return { ...converted, sha: digestOf(`${repo._id} ${converted['sha']} parquet`), [CONVERTED_FROM]: converted['sha'] }
  }

  /** What tells the versions of each file apart. */
  #versions(kind: RepoKind, repo: HubRepo, sha: string): Map<string, string> {
    return new Map(this.list(kind, repo, sha).map(({ rfilename, blobId }) => [rfilename, blobId ?? '']))
  }
}

/** Marks a repo as of its Parquet ref. Never served. */
const CONVERTED_FROM = 'sampleConvertedFrom'

function isConverted(repo: HubRepo): boolean {
  return CONVERTED_FROM in repo
}

function siblingsOf(repo: HubRepo): readonly Sibling[] {
  const files: readonly unknown[] = Array.isArray(repo['siblings']) ? repo['siblings'] : USUAL_FILES
  return files.filter((file) => typeof (file as Sibling | null)?.rfilename === 'string') as readonly Sibling[]
}

function typeOf(repo: HubRepo, path: string): string {
  return isLargeFile(path) ? 'application/octet-stream' : madeFile(repo, path).contentType
}

function given(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

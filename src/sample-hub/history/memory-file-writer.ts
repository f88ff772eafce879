import type { RepoKind } from '../../hub/kinds.ts'
import type { CommitOutcome, FileChange, FileWriter, NewCommit } from '../../hub-server/file-writer.ts'
import type { FileEntry, HubContents } from '../../hub-server/hub-files.ts'
import type { HubRepo } from '../../hub-server/hub-store.ts'
import { entryOf, fileOf } from '../contents/bytes.ts'
import { isLargeFile } from '../generator/files.ts'
import type { HubChanges } from '../life/hub-changes.ts'
import type { Blobs } from './blobs.ts'
import { cardFields } from './card-fields.ts'
import { contentOf, type Histories } from './histories.ts'

const PREFIXES = { branch: 'refs/heads/', tag: 'refs/tags/' } as const
const BINARY = 'application/octet-stream'

/** Commits of clients: contents are kept, and a commit to the main branch changes the repo, its card included. */
export class MemoryFileWriter implements FileWriter {
  readonly #changes: HubChanges
  readonly #files: HubContents
  readonly #histories: Histories
  readonly #blobs: Blobs
  readonly #now: () => number

  constructor(parts: { changes: HubChanges; files: HubContents; histories: Histories; blobs: Blobs; now: () => number }) {
    this.#changes = parts.changes
    this.#files = parts.files
    this.#histories = parts.histories
    this.#blobs = parts.blobs
    this.#now = parts.now
  }

  async commit(kind: RepoKind, repo: HubRepo, revision: string, commit: NewCommit): Promise<CommitOutcome> {
    const branch = this.#branchOf(repo, revision)
    const then = branch === undefined ? undefined : this.#files.at(kind, repo, branch)
    if (branch === undefined || then === undefined) return { refused: 'revision' }
    const head = String(then['sha'])
    if (commit.parent !== undefined && !(commit.parent.length >= 7 && head.startsWith(commit.parent))) {
      return { refused: 'parent' }
    }
    const changed = await this.#changedFiles(kind, repo, branch, commit.changes)
    if ('refused' in changed) return changed
    const { siblings, readme } = changed
    const { title, message } = commit
    const fields = readme === undefined ? {} : cardFields(kind, then, readme)
    if (branch === 'refs/heads/main' && !commit.isPullRequest) {
      const { sha = '' } = this.#changes.commit(kind, repo.id, {
        siblings: siblings.map((file) => ({ ...file })),
        fields,
        title,
        message,
      })
      return { sha, pullRequest: undefined }
    }
    const sha = this.#changes.nextSha(repo._id)
    const author = typeof repo['author'] === 'string' ? repo['author'] : repo.id
    const content = contentOf({ ...then, ...fields, siblings })
    const pullRequest = commit.isPullRequest ? this.#nextPullRequest(repo) : undefined
    const ref = pullRequest === undefined ? branch : `refs/pr/${pullRequest}`
    if (pullRequest !== undefined) this.#histories.setRef(repo, ref, head)
    this.#histories.record(repo, { sha, atMs: this.#now(), title, message, author, content }, ref)
    return { sha, pullRequest }
  }

  async createRef(kind: RepoKind, repo: HubRepo, ref: 'branch' | 'tag', name: string, at: string) {
    const full = PREFIXES[ref] + name
    if (this.#histories.refs(repo).some(([known]) => known === full)) return 'taken'
    const sha = this.#files.at(kind, repo, at)?.['sha']
    if (typeof sha !== 'string' || this.#histories.commitAt(repo, sha) === undefined) return 'revision'
    this.#histories.setRef(repo, full, sha)
    return 'created'
  }

  async deleteRef(_kind: RepoKind, repo: HubRepo, ref: 'branch' | 'tag', name: string): Promise<boolean> {
    return this.#histories.deleteRef(repo, PREFIXES[ref] + name)
  }

  hasContent(sha256: string): boolean {
    return this.#blobs.get(sha256) !== undefined
  }

  storeContent(sha256: string, content: Buffer): boolean {
    return this.#blobs.putAs(sha256, content)
  }

  /** The full ref of a branch or pull request, the only revisions that can be committed to. */
  #branchOf(repo: HubRepo, revision: string): string | undefined {
    const refs = this.#histories.refs(repo).map(([ref]) => ref)
    if (revision === 'HEAD') return 'refs/heads/main'
    return refs.find((ref) => ref === `refs/heads/${revision}` || (ref === revision && !ref.startsWith('refs/tags/')))
  }

  #nextPullRequest(repo: HubRepo): number {
    const numbers = this.#histories.refs(repo).map(([ref]) => Number(/^refs\/pr\/(\d+)$/.exec(ref)?.[1] ?? 0))
    return Math.max(...numbers) + 1
  }

  /** The files after the changes, and the README if it is one of them; null when it was deleted. */
  async #changedFiles(
    kind: RepoKind,
    repo: HubRepo,
    branch: string,
    changes: readonly FileChange[],
  ): Promise<{ siblings: FileEntry[]; readme?: Buffer | null } | (CommitOutcome & { refused: string })> {
    const before = this.#files.list(kind, repo, branch)
    const files = new Map(before.map((file) => [file.rfilename, file]))
    let readme: Buffer | null | undefined
    for (const change of changes) {
      const { path } = change
      const isReadme = path === 'README.md'
      if (change.type === 'put') {
        files.set(path, this.#stored(path, change.content))
        if (isReadme) readme = change.content
      } else if (change.type === 'link') {
        const content = this.#blobs.get(change.sha256) ?? (await this.#copied(kind, repo, branch, before, change.sha256))
        if (content === undefined) return { refused: 'content', path }
        files.set(path, this.#stored(path, content, true))
        if (isReadme) readme = content
      } else {
        const gone = [...files.keys()].filter((name) =>
          change.type === 'delete' ? name === path : name.startsWith(`${path}/`),
        )
        if (gone.length === 0) return { refused: 'missing', path }
        for (const name of gone) files.delete(name)
        if (gone.includes('README.md')) readme = null
      }
    }
    const conflict = folderAmong(files)
    if (conflict !== undefined) return { refused: 'conflict', path: conflict }
    return { siblings: [...files.values()], ...(readme === undefined ? {} : { readme }) }
  }

  #stored(path: string, content: Buffer, isLarge = isLargeFile(path)): FileEntry {
    this.#blobs.put(content)
    return entryOf(path, fileOf(content, BINARY, isLarge))
  }

  /** The content of a large file that the repo has already. */
  async #copied(
    kind: RepoKind,
    repo: HubRepo,
    branch: string,
    files: readonly FileEntry[],
    sha256: string,
  ): Promise<Buffer | undefined> {
    const known = files.find(({ lfs }) => lfs?.sha256 === sha256)
    const file = known && this.#files.open(kind, repo, branch, known.rfilename)
    const bytes = file?.read(0, file.size)
    if (bytes === undefined || Buffer.isBuffer(bytes)) return bytes
    return Buffer.concat(await bytes.toArray())
  }
}

/** A file whose path is also a folder. */
function folderAmong(files: ReadonlyMap<string, unknown>): string | undefined {
  for (const path of files.keys()) {
    const parts = path.split('/')
    for (let depth = 1; depth < parts.length; depth++) {
      const folder = parts.slice(0, depth).join('/')
      if (files.has(folder)) return folder
    }
  }
  return undefined
}

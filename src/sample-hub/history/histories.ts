import { createHash } from 'node:crypto'
import { instantOf } from '../../hub/instant.ts'
import type { HubRepo } from '../../hub-server/hub-store.ts'
import { README_FIELD } from '../contents/card-text.ts'

/** Fields of a repo that commits change, apart from `sha` and `lastModified`. */
export const COMMITTED_FIELDS = ['siblings', 'cardData', 'description', README_FIELD] as const

/** A commit, with the fields of the repo as of then. */
export interface Commit {
  readonly sha: string
  readonly parent: string | undefined
  /** Milliseconds since 1970. */
  readonly atMs: number
  readonly title: string
  readonly message: string
  readonly author: string
  readonly content: Readonly<Record<string, unknown>>
}

export type NewCommit = Pick<Commit, 'sha' | 'atMs' | 'title' | 'message' | 'author' | 'content'>

interface History {
  readonly commits: Map<string, Commit>
  /** Commits of branches, tags and pull requests by full ref, such as `refs/tags/v1`. The main branch is the repo's `sha`. */
  readonly refs: Map<string, string>
}

type HistoriesState = readonly (readonly [
  hubId: string,
  commits: readonly Commit[],
  refs: readonly (readonly [string, string])[],
])[]

const MAIN = 'refs/heads/main'
const MAIN_NAMES: ReadonlySet<string> = new Set(['main', 'HEAD', MAIN])
const LEAST_DIGITS = 7

/**
 * The commits and refs of repos. A repo that nobody has changed has two commits, which are derived from its fields: the first
 * has `.gitattributes` only, as on the Hub. Histories are stored from the first change on.
 */
export class Histories {
  readonly #changed = new Map<string, History>()

  /** Stored histories by `_id`. */
  get state(): HistoriesState {
    return [...this.#changed].map(([hubId, { commits, refs }]) => [hubId, [...commits.values()], [...refs]] as const)
  }

  set state(histories: HistoriesState) {
    for (const [hubId, commits, refs] of histories) {
      this.#changed.set(hubId, { commits: new Map(commits.map((commit) => [commit.sha, commit])), refs: new Map(refs) })
    }
  }

  /** The commit that a branch, tag, ref or hash of at least seven digits names. */
  commitAt(repo: HubRepo, revision: string): Commit | undefined {
    const { commits, refs } = this.#of(repo)
    if (MAIN_NAMES.has(revision)) return commits.get(headOf(repo))
    for (const ref of [`refs/heads/${revision}`, `refs/tags/${revision}`, revision]) {
      const sha = refs.get(ref)
      if (sha !== undefined) return commits.get(sha)
    }
    if (revision.length < LEAST_DIGITS || !/^[0-9a-f]+$/.test(revision)) return undefined
    return commits.get(revision) ?? [...commits.values()].find(({ sha }) => sha.startsWith(revision))
  }

  /** The commits up to a revision, the newest first. Empty for an unknown revision. */
  log(repo: HubRepo, revision: string): Commit[] {
    const { commits } = this.#of(repo)
    const log: Commit[] = []
    for (let commit = this.commitAt(repo, revision); commit !== undefined; commit = commits.get(commit.parent ?? '')) {
      log.push(commit)
    }
    return log
  }

  /** Full refs with their commits, the main branch first. */
  refs(repo: HubRepo): [ref: string, sha: string][] {
    return [[MAIN, headOf(repo)], ...this.#of(repo).refs]
  }

  /**
   * Adds a commit on top of a branch.
   *
   * @param before the repo as it was, with `COMMITTED_FIELDS` and blobs
   */
  record(before: HubRepo, commit: NewCommit, ref: string = MAIN): void {
    const history = this.#stored(before)
    const parent = ref === MAIN ? headOf(before) : history.refs.get(ref)
    history.commits.set(commit.sha, { ...commit, parent })
    if (ref !== MAIN) history.refs.set(ref, commit.sha)
  }

  setRef(repo: HubRepo, ref: string, sha: string): void {
    this.#stored(repo).refs.set(ref, sha)
  }

  deleteRef(repo: HubRepo, ref: string): boolean {
    return this.#changed.get(repo._id)?.refs.delete(ref) ?? false
  }

  delete(hubId: string): void {
    this.#changed.delete(hubId)
  }

  #of(repo: HubRepo): History {
    const stored = this.#changed.get(repo._id)
    if (stored?.commits.has(headOf(repo))) return stored
    const commits = new Map([...(stored?.commits ?? []), ...firstCommits(repo)])
    return { commits, refs: stored?.refs ?? new Map() }
  }

  #stored(repo: HubRepo): History {
    const history = this.#of(repo)
    this.#changed.set(repo._id, history)
    return history
  }
}

/** Commits of a repo without a stored history. */
function firstCommits(repo: HubRepo): [sha: string, commit: Commit][] {
  const sha = headOf(repo)
  const createdMs = instantOf(String(repo['createdAt'])) ?? 0
  const atMs = instantOf(String(repo['lastModified'])) ?? createdMs
  const author = typeof repo['author'] === 'string' ? repo['author'] : repo.id
  const common = { message: '', author, content: contentOf(repo) }
  if (atMs <= createdMs) return [[sha, { ...common, sha, parent: undefined, atMs, title: 'initial commit' }]]
  const first = digestOf(`${repo._id} first commit`)
  const content = { siblings: [{ rfilename: '.gitattributes' }], [README_FIELD]: 'none' }
  return [
    [sha, { ...common, sha, parent: first, atMs, title: 'Upload files' }],
    [first, { ...common, sha: first, parent: undefined, atMs: createdMs, title: 'initial commit', content }],
  ]
}

export function contentOf(repo: HubRepo): Readonly<Record<string, unknown>> {
  return Object.fromEntries(COMMITTED_FIELDS.map((field) => [field, repo[field]]))
}

/** The commit of the main branch. A payload may lack it. */
export function headOf(repo: HubRepo): string {
  return typeof repo['sha'] === 'string' && repo['sha'] !== '' ? repo['sha'] : digestOf(`${repo._id} head`)
}

export function digestOf(text: string): string {
  return createHash('sha1').update(text).digest('hex')
}

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { pluralOf, REPO_KINDS, type RepoKind } from '../../../hub/kinds.ts'
import type { CommitOutcome, FileWriter } from '../../file-writer.ts'
import { HubRefusal } from '../../http/hub-refusal.ts'
import type { HubFiles } from '../../hub-files.ts'
import type { HubRepo } from '../../hub-store.ts'
import { isTrue } from '../../lists/list-query.ts'
import { type RouteContext, splitUrl } from '../route-context.ts'
import { checkFileAccess, repoAt, visibleRepo } from '../visible-repo.ts'
import { writableRepo } from '../writable-repo.ts'
import { isWithin } from './below.ts'
import { checkedPath, readCommit } from './commit-body.ts'
import { expandedEntries, fileEntry, folderEntry, type TreeEntry } from './entries.ts'
import { addLargeFiles } from './large-files.ts'

/**
 * A file above this size is uploaded before the commit. It is larger than on the Hub, because clients that have Xet upload such
 * files by no other way, and this server has none.
 */
const REGULAR_BYTES = 40 * 1024 * 1024
const COMMIT_BYTES = 64 * 1024 * 1024
const MAX_PATHS = 2000

interface FilesContext extends RouteContext {
  readonly files: HubFiles
}

interface Params {
  readonly owner?: string
  readonly name: string
  readonly revision: string
}

/** Adds the routes for files that are no GET: paths-info for everybody, and with a writer commits, branches and tags. */
export async function addFileRoutes(
  app: FastifyInstance,
  { context, writer }: { readonly context: FilesContext; readonly writer: FileWriter | undefined },
): Promise<void> {
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, formOf(String(body))),
  )
  app.addContentTypeParser('application/x-ndjson', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  for (const kind of REPO_KINDS) {
    for (const id of [':owner/:name', ':name']) {
      const root = `/api/${pluralOf[kind]}/${id}`
      app.post<{ Params: Params }>(`${root}/paths-info/:revision`, (request) => sendPathsInfo(kind, request))
      if (writer !== undefined) addWriteRoutes(writer, kind, root)
    }
  }
  if (writer !== undefined) addLargeFiles(app, context, writer)

  /** Missing paths are left out. */
  async function sendPathsInfo(kind: RepoKind, request: FastifyRequest<{ Params: Params }>): Promise<readonly TreeEntry[]> {
    const { paths, isExpanded } = pathsIn(request.body)
    const { revision } = request.params
    const { contents, files, store } = context
    const found = await visibleRepo(store, kind, idOf(request.params), wanted(), request)
    const repo = 'repo' in found ? found.repo : await readable(kind, found.movedTo, request)
    const refusal = context.refusalBelow?.(kind, repo, 'paths-info')
    if (refusal !== undefined) throw refusal
    repoAt(files, kind, repo, revision)
    const listed = files.list(kind, repo, revision)
    const entries = paths.flatMap((path): TreeEntry[] => {
      const file = listed.find(({ rfilename }) => rfilename === path)
      if (file !== undefined) return [fileEntry(file)]
      return listed.some(({ rfilename }) => isWithin(rfilename, path)) && path !== '' ? [folderEntry(path)] : []
    })
    return isExpanded ? expandedEntries(entries, { kind, repo, contents, revision }) : entries
  }

  function addWriteRoutes(files: FileWriter, kind: RepoKind, root: string): void {
    app.post<{ Params: Params }>(`${root}/preupload/:revision`, async (request) => {
      const repo = await writable(kind, request)
      const { revision } = request.params
      const known = new Map(context.files.list(kind, repo, revision).map(({ rfilename, blobId }) => [rfilename, blobId]))
      const commitOid = repoAt(context.files, kind, repo, revision)['sha']
      const answers = filesToUpload(request.body).map(({ path, size }) => {
        const uploadMode = size > REGULAR_BYTES ? 'lfs' : 'regular'
        const oid = known.get(path)
        return { path, uploadMode, shouldIgnore: false, ...(oid === undefined ? {} : { oid }) }
      })
      return { files: answers, commitOid }
    })
    app.post<{ Params: Params }>(`${root}/commit/:revision`, { bodyLimit: COMMIT_BYTES }, async (request) => {
      const repo = await writable(kind, request)
      const isPullRequest = isTrue(splitUrl(request.url).parameters.get('create_pr'))
      const outcome = await files.commit(kind, repo, request.params.revision, readCommit(request.body, isPullRequest))
      return commitAnswer(outcome, request.params.revision, pageOf(kind, repo, request))
    })
    app.post<{ Params: Params }>(`${root}/branch/:revision`, async (request, reply) => {
      const repo = await writable(kind, request)
      const { startingPoint } = objectIn(request.body)
      const name = checkedRef(request.params.revision)
      const at = typeof startingPoint === 'string' ? startingPoint : 'main'
      answerRef(await files.createRef(kind, repo, 'branch', name, at), name, at)
      return sendOk(reply)
    })
    app.post<{ Params: Params }>(`${root}/tag/:revision`, async (request, reply) => {
      const repo = await writable(kind, request)
      const name = checkedRef(objectIn(request.body)['tag'])
      const at = request.params.revision
      answerRef(await files.createRef(kind, repo, 'tag', name, at), name, at)
      return sendOk(reply)
    })
    for (const ref of ['branch', 'tag'] as const) {
      app.delete<{ Params: Params }>(`${root}/${ref}/:revision`, async (request, reply) => {
        const repo = await writable(kind, request)
        const name = request.params.revision
        if (ref === 'branch' && name === 'main') throw new HubRefusal(403, 'The main branch cannot be deleted')
        if (!(await files.deleteRef(kind, repo, ref, name))) {
          throw new HubRefusal(404, `The ${ref} ${name} does not exist`, 'RevisionNotFound')
        }
        return sendOk(reply)
      })
    }
  }

  async function writable(kind: RepoKind, request: FastifyRequest<{ Params: Params }>): Promise<HubRepo> {
    const { id } = await writableRepo(context, kind, idOf(request.params), request)
    const repo = await readable(kind, id, request)
    checkFileAccess(kind, repo, request)
    return repo
  }

  async function readable(kind: RepoKind, id: string, request: FastifyRequest): Promise<HubRepo> {
    const found = await visibleRepo(context.store, kind, id, wanted(), request)
    if ('repo' in found) return found.repo
    throw new HubRefusal(404, 'Repository not found', 'RepoNotFound')
  }

  function wanted() {
    return { names: [...context.files.fields, 'securityRepoStatus'], blobs: true }
  }

  function pageOf(kind: RepoKind, { id }: HubRepo, request: FastifyRequest): string {
    return `${context.baseUrl(request)}/${kind === 'model' ? '' : `${pluralOf[kind]}/`}${id}`
  }
}

function commitAnswer(outcome: CommitOutcome, revision: string, page: string): Record<string, unknown> {
  if ('sha' in outcome) {
    const { sha, pullRequest } = outcome
    const url = pullRequest === undefined ? {} : { pullRequestUrl: `${page}/discussions/${pullRequest}` }
    return { success: true, commitOid: sha, commitUrl: `${page}/commit/${sha}`, hookOutput: '', ...url }
  }
  switch (outcome.refused) {
    case 'revision':
      throw new HubRefusal(404, `Invalid rev id: ${revision}`, 'RevisionNotFound')
    case 'parent':
      throw new HubRefusal(412, 'A commit has happened since. Please refresh and try again.')
    case 'missing':
      throw new HubRefusal(404, `A file with the name "${outcome.path}" does not exist`, 'EntryNotFound')
    case 'content':
      throw new HubRefusal(400, `LFS pointer pointed to a file that does not exist: "${outcome.path}"`)
    case 'conflict':
      throw new HubRefusal(400, `"${outcome.path}" cannot be both a file and a folder`)
  }
}

function answerRef(outcome: 'created' | 'taken' | 'revision', name: string, at: string): void {
  if (outcome === 'taken') throw new HubRefusal(409, `Reference already exists: ${name}`)
  if (outcome === 'revision') throw new HubRefusal(404, `Invalid rev id: ${at}`, 'RevisionNotFound')
}

function idOf({ owner, name }: Params): string {
  return owner === undefined ? name : `${owner}/${name}`
}

function pathsIn(body: unknown): { paths: string[]; isExpanded: boolean } {
  const { paths, expand } = objectIn(body)
  const list: unknown = typeof paths === 'string' ? [paths] : paths
  if (!Array.isArray(list) || !list.every((path) => typeof path === 'string')) {
    throw new HubRefusal(400, '"paths" must be a list of strings')
  }
  if (list.length > MAX_PATHS) throw new HubRefusal(400, `"paths" must have at most ${MAX_PATHS} entries, got ${list.length}`)
  return { paths: list.map((path) => path.replace(/\/$/, '')), isExpanded: isTrue(String(expand)) }
}

function filesToUpload(body: unknown): { path: string; size: number }[] {
  const { files } = objectIn(body)
  if (!Array.isArray(files)) throw new HubRefusal(400, '"files" must be a list')
  return files.map((file, index) => {
    const path = checkedPath(file?.path, index + 1)
    if (!Number.isSafeInteger(file?.size) || file.size < 0)
      throw new HubRefusal(400, `"size" of ${path} must be a whole number`)
    return { path, size: file.size }
  })
}

/** No body counts as an empty one. */
function objectIn(body: unknown): Readonly<Record<string, unknown>> {
  if (body === undefined || body === null) return {}
  if (typeof body === 'object' && !Array.isArray(body) && !Buffer.isBuffer(body)) return { ...body }
  throw new HubRefusal(400, 'Expected a JSON object in the body')
}

/** Repeated names become lists. */
function formOf(text: string): Record<string, string | string[]> {
  const form = new URLSearchParams(text)
  return Object.fromEntries(
    [...new Set(form.keys())].map((name) => {
      const values = form.getAll(name)
      return [name, values.length > 1 ? values : (values[0] ?? '')]
    }),
  )
}

/** The names that git accepts, without those that would hide another ref. */
function checkedRef(name: unknown): string {
  const isGood =
    typeof name === 'string' && /^[\w][\w./-]{0,199}$/.test(name) && !/\.\.|\/\/|[./]$|\.lock$|^refs\/|^HEAD$/.test(name)
  if (isGood) return name
  throw new HubRefusal(400, `Invalid reference name: ${JSON.stringify(name)?.slice(0, 100)}`)
}

function sendOk(reply: FastifyReply): FastifyReply {
  return reply.type('text/plain; charset=utf-8').send('OK')
}

import type { FastifyReply, FastifyRequest } from 'fastify'
import { pluralOf, type RepoKind } from '../../hub/kinds.ts'
import { pickFields, sendJson, sendRedirect } from '../http/answer.ts'
import { HubRefusal, unknownPage } from '../http/hub-refusal.ts'
import { jsonText } from '../http/json-text.ts'
import { encodePath, parseRepoPath, type RepoPath, withRouteBelow } from '../http/repo-path.ts'
import type { HubRepo } from '../hub-store.ts'
import { isTrue, parseExpand } from '../lists/list-query.ts'
import { checkCanWrite } from '../people/permissions.ts'
import { requireSignedIn } from '../people/signed-in.ts'
import { DETAIL_FIELDS, EXPANDABLE } from '../repo-fields.ts'
import { sendCroissant, sendDiscussions, sendRuntime } from './discover/below.ts'
import { sendLikers } from './discover/people.ts'
import { sendSafetensorsMetadata, sendScan, sendTreeSize, UNSCANNED } from './files/below.ts'
import { sendCommits, sendRefs } from './files/commits.ts'
import { sendTree } from './files/tree.ts'
import { sendParquet } from './parquet-route.ts'
import { type BelowRepo, type RouteContext, splitUrl } from './route-context.ts'
import { checkFileAccess, disabledRepo, holdsVisible, repoAt, visibleRepo } from './visible-repo.ts'

/** Answers `GET /api/{kind}s/{id}` and the routes below it. */
export async function sendRepo(
  context: RouteContext,
  kind: RepoKind,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { path } = splitUrl(request.url)
  let asked = parseRepoPath(path.slice(`/api/${pluralOf[kind]}/`.length))
  const below = withRouteBelow(asked)
  if (below !== undefined && !(await holdsVisible(context.store, kind, asked.id, request))) asked = below
  if (asked.below === undefined) return sendDetail(context, kind, asked, request, reply)
  return sendBelow(context, kind, { ...asked, below: asked.below }, request, reply)
}

async function sendDetail(
  { store, files, refuseDisabled }: RouteContext,
  kind: RepoKind,
  { id, revision }: RepoPath,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { search, parameters } = splitUrl(request.url)
  const expanded = parseExpand(parameters, EXPANDABLE[kind])
  const fields = expanded ?? DETAIL_FIELDS[kind]
  const hasSecurity = expanded === undefined && isTrue(parameters.get('securityStatus'))
  const blobs = isTrue(parameters.get('blobs'))
  const needsFiles = blobs || revision !== undefined
  const names = [...fields, ...(hasSecurity ? ['securityRepoStatus'] : []), ...(needsFiles ? (files?.fields ?? []) : [])]

  const found = await visibleRepo(store, kind, id, { names, blobs }, request)
  if ('movedTo' in found) {
    const rest = revision === undefined ? '' : `/revision/${encodeURIComponent(revision)}`
    return sendRedirect(reply, `/api/${pluralOf[kind]}/${encodePath(found.movedTo)}${rest}${search}`)
  }
  const { repo } = found
  if (refuseDisabled && repo['disabled'] === true) throw disabledRepo()
  const then = revision === undefined || files === undefined ? repo : repoAt(files, kind, repo, revision)
  if (revision !== undefined && files === undefined) checkHead(repo, revision)
  const answer = pickFields(then, fields, expanded !== undefined)
  if (hasSecurity) answer['securityRepoStatus'] = repo['securityRepoStatus'] ?? UNSCANNED
  const isOlder = then['sha'] !== repo['sha']
  const hasSiblings = isOlder ? fields.includes('siblings') : 'siblings' in answer
  if ((blobs || isOlder) && files !== undefined && hasSiblings) {
    const list = files.list(kind, repo, revision ?? 'main')
    answer['siblings'] = blobs ? list : list.map(({ rfilename }) => ({ rfilename }))
  }
  return sendJson(request, reply, jsonText(answer))
}

/** Without files only the latest commit is known. */
function checkHead({ sha }: HubRepo, revision: string): void {
  const isHead = revision.length >= 7 && typeof sha === 'string' && sha.startsWith(revision)
  if (isHead || ['main', 'HEAD', 'refs/heads/main'].includes(revision)) return
  throw new HubRefusal(404, `Invalid rev id: ${revision}`, 'RevisionNotFound')
}

type SendBelow = (below: BelowRepo) => FastifyReply | Promise<FastifyReply>

/** Routes that only some kinds have. */
const OF_KIND: Readonly<Record<string, RepoKind>> = {
  parquet: 'dataset',
  croissant: 'dataset',
  'safetensors-metadata': 'model',
  runtime: 'space',
}

const BELOW: Readonly<Record<string, SendBelow>> = {
  parquet: sendParquet,
  tree: sendTree,
  'auth-check': sendAuthCheck,
  commits: sendCommits,
  refs: sendRefs,
  treesize: sendTreeSize,
  scan: sendScan,
  'safetensors-metadata': sendSafetensorsMetadata,
  croissant: sendCroissant,
  discussions: sendDiscussions,
  likers: sendLikers,
  runtime: sendRuntime,
}

/** Fields that these routes read in addition to those of the files. */
const READ_BELOW = ['securityRepoStatus', 'description', 'likes', 'likers', 'runtime']

/** Metadata of gated repos is public. Their commits are not. */
const PUBLIC: ReadonlySet<string> = new Set(['tree', 'treesize', 'refs', 'scan', 'discussions', 'likers', 'runtime'])

/** Answers routes about files and what is derived from them, which share the rules of access. */
async function sendBelow(
  context: RouteContext,
  kind: RepoKind,
  { id, below }: RepoPath & { readonly below: NonNullable<RepoPath['below']> },
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { store, files, accounts } = context
  const send = (OF_KIND[below.route] ?? kind) === kind ? BELOW[below.route] : undefined
  if (files === undefined || send === undefined) throw unknownPage()
  const found = await visibleRepo(store, kind, id, { names: [...files.fields, ...READ_BELOW], blobs: true }, request)
  if ('movedTo' in found) {
    const rest = [below.route, ...below.rest].map(encodeURIComponent).join('/')
    const { search } = splitUrl(request.url)
    return sendRedirect(reply, `/api/${pluralOf[kind]}/${encodePath(found.movedTo)}/${rest}${search}`)
  }
  const { repo } = found
  if (!PUBLIC.has(below.route)) checkFileAccess(kind, repo, request)
  const refusal = context.refusalBelow?.(kind, repo, below.route)
  if (refusal !== undefined) throw refusal
  const { contents } = context
  return send({ kind, repo, rest: below.rest, files, contents, accounts, baseUrl: context.baseUrl(request), request, reply })
}

/** Answers `/auth-check` and `/auth-check/write`, with which clients check whether they may read or write files. */
function sendAuthCheck({ kind, repo, rest, request, reply }: BelowRepo): FastifyReply {
  const isOfWriting = rest.length === 1 && rest[0] === 'write'
  if (rest.length > 0 && !isOfWriting) throw unknownPage()
  if (isOfWriting) checkCanWrite(requireSignedIn(request), kind, repo)
  return reply.type('text/plain; charset=utf-8').send('OK')
}

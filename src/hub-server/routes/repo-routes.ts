import type { FastifyReply, FastifyRequest } from 'fastify'
import { pluralOf, type RepoKind } from '../../hub/kinds.ts'
import { pickFields, sendJson, sendRedirect } from '../http/answer.ts'
import { HubRefusal, unknownPage } from '../http/hub-refusal.ts'
import { jsonText } from '../http/json-text.ts'
import { encodePath, parseRepoPath, type RepoPath, withRouteBelow } from '../http/repo-path.ts'
import { isTrue, parseExpand } from '../lists/list-query.ts'
import { DETAIL_FIELDS, EXPANDABLE } from '../repo-fields.ts'
import { sendParquet } from './parquet-route.ts'
import { type BelowRepo, isSignedIn, type RouteContext, splitUrl } from './route-context.ts'
import { sendTree } from './tree-route.ts'
import { checkFileAccess, checkRevision, disabledRepo, holdsVisible, visibleRepo } from './visible-repo.ts'

/** Means that nothing is known, not that nothing was found. */
const UNSCANNED = { scansDone: false, filesWithIssues: [] }

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
  const names = [...fields, ...(hasSecurity ? ['securityRepoStatus'] : []), ...(blobs ? (files?.fields ?? []) : [])]

  const found = await visibleRepo(store, kind, id, { names, blobs }, request)
  if ('movedTo' in found) {
    const rest = revision === undefined ? '' : `/revision/${encodeURIComponent(revision)}`
    return sendRedirect(reply, `/api/${pluralOf[kind]}/${encodePath(found.movedTo)}${rest}${search}`)
  }
  const { repo } = found
  if (refuseDisabled && repo['disabled'] === true) throw disabledRepo()
  if (revision !== undefined) checkRevision(repo, revision)
  const answer = pickFields(repo, fields, expanded !== undefined)
  if (hasSecurity) answer['securityRepoStatus'] = repo['securityRepoStatus'] ?? UNSCANNED
  if (blobs && files !== undefined && 'siblings' in answer) answer['siblings'] = files.list(kind, repo, 'main')
  return sendJson(request, reply, jsonText(answer))
}

/** Answers routes about files and what is derived from them, which share the rules of access. */
async function sendBelow(
  context: RouteContext,
  kind: RepoKind,
  { id, below }: RepoPath & { readonly below: NonNullable<RepoPath['below']> },
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { store, files } = context
  const parquet = kind === 'dataset' ? sendParquet : undefined
  const send = { parquet, tree: sendTree, 'auth-check': sendAuthCheck }[below.route]
  if (files === undefined || send === undefined) throw unknownPage()
  const found = await visibleRepo(store, kind, id, { names: files.fields, blobs: true }, request)
  if ('movedTo' in found) {
    const rest = [below.route, ...below.rest].map(encodeURIComponent).join('/')
    const { search } = splitUrl(request.url)
    return sendRedirect(reply, `/api/${pluralOf[kind]}/${encodePath(found.movedTo)}/${rest}${search}`)
  }
  // The tree of a gated repo is public, like its other metadata.
  if (below.route !== 'tree') checkFileAccess(kind, found.repo, request)
  const { repo } = found
  return send({ kind, repo, rest: below.rest, files, baseUrl: context.baseUrl(request), request, reply })
}

/** Answers `/auth-check` and `/auth-check/write`, with which clients check whether they may read or write files. */
function sendAuthCheck({ rest, request, reply }: BelowRepo): FastifyReply {
  const isOfWriting = rest.length === 1 && rest[0] === 'write'
  if (rest.length > 0 && !isOfWriting) throw unknownPage()
  if (isOfWriting && !isSignedIn(request)) throw new HubRefusal(401, 'Invalid username or password.')
  return reply.type('text/plain; charset=utf-8').send('OK')
}

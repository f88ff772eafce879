import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { pluralOf, REPO_KINDS, type RepoKind } from '../../hub/kinds.ts'
import { HubRefusal, unknownPage } from '../http/hub-refusal.ts'
import { parseRepoPath, type RepoPath } from '../http/repo-path.ts'
import { checkCanCreate, ownerOf } from '../people/permissions.ts'
import { requireSignedIn } from '../people/signed-in.ts'
import type { RepoWriter } from '../repo-writer.ts'
import { type Body, checkedId, idIn, kindIn, newRepoIn, objectBody, settingsIn, textIn } from './repo-body.ts'
import { type RouteContext, splitUrl } from './route-context.ts'
import { checkFileAccess } from './visible-repo.ts'
import { foundRepo, writableRepo } from './writable-repo.ts'

/** Adds the routes that change repos. All of them require a token with rights. */
export function addWriteRoutes(app: FastifyInstance, context: RouteContext, writer: RepoWriter): void {
  app.post('/api/repos/create', async (request, reply) => {
    const person = requireSignedIn(request)
    const body = objectBody(request)
    const kind = kindIn(body)
    const repo = newRepoIn(kind, body, person.account.name)
    checkCanCreate(person, kind, ownerOf(repo.id))
    const url = `${context.baseUrl(request)}${pageOf(kind, repo.id)}`
    const hubId = await writer.create(kind, repo)
    if (hubId === undefined) return reply.code(409).send({ error: `You already created this ${kind} repo`, url })
    return { url, name: repo.id, id: hubId }
  })

  app.delete('/api/repos/delete', async (request, reply) => {
    const { account } = requireSignedIn(request)
    const body = objectBody(request)
    const kind = kindIn(body)
    const repo = await writableRepo(context, kind, idIn(body, account.name), request)
    await writer.delete(kind, repo.id)
    return sendOk(reply)
  })

  app.post('/api/repos/move', async (request, reply) => {
    const person = requireSignedIn(request)
    const body = objectBody(request)
    const kind = kindIn(body)
    const to = checkedId(textIn(body, 'toRepo'))
    const repo = await writableRepo(context, kind, textIn(body, 'fromRepo'), request)
    checkCanCreate(person, kind, ownerOf(to))
    if (!(await writer.move(kind, repo.id, to))) throw new HubRefusal(409, `A repository called ${to} exists already`)
    return sendOk(reply)
  })

  for (const kind of REPO_KINDS) {
    app.put(`/api/${pluralOf[kind]}/*`, (request) => {
      const { id, below } = pathOf(kind, request)
      if (below?.route !== 'settings' || below.rest.length > 0) throw unknownPage()
      return changeSettings(kind, id, request)
    })
    app.post(`/api/${pluralOf[kind]}/:owner/:name/duplicate`, (request, reply) => duplicate(kind, request, reply))
    app.post(`/api/${pluralOf[kind]}/:owner/:name/like`, (request) => like(kind, request, true))
    app.delete(`/api/${pluralOf[kind]}/:owner/:name/like`, (request) => like(kind, request, false))
  }
  // As documented until December 2025, with the kind in singular and `private` only.
  app.put('/api/repos/:type/:owner/:name/settings', (request) => {
    const { type, owner, name } = request.params as Record<'type' | 'owner' | 'name', string>
    return changeSettings(kindIn({ type }), `${owner}/${name}`, request)
  })

  async function changeSettings(kind: RepoKind, id: string, request: FastifyRequest): Promise<Body> {
    requireSignedIn(request)
    const settings = settingsIn(objectBody(request))
    const repo = await writableRepo(context, kind, id, request)
    await writer.settings(kind, repo.id, settings)
    return { ...settings }
  }

  async function duplicate(kind: RepoKind, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const person = requireSignedIn(request)
    const body = objectBody(request)
    const to = checkedId(textIn(body, 'repository'))
    const isPrivate = settingsIn(body).private
    const repo = await foundRepo(context, kind, namedIn(request), request)
    // The copy would have the files.
    checkFileAccess(kind, repo, request)
    checkCanCreate(person, kind, ownerOf(to))
    const url = `${context.baseUrl(request)}${pageOf(kind, to)}`
    const isMade = await writer.duplicate(kind, repo.id, { id: to, private: isPrivate, creator: person.account.name })
    if (!isMade) return reply.code(409).send({ error: `You already created this ${kind} repo`, url })
    return reply.send({ url })
  }

  async function like(kind: RepoKind, request: FastifyRequest, isLiked: boolean): Promise<Body> {
    const { account } = requireSignedIn(request)
    const repo = await foundRepo(context, kind, namedIn(request), request)
    await writer.like(kind, repo.id, account.name, isLiked)
    return { success: true }
  }
}

function pathOf(kind: RepoKind, request: FastifyRequest): RepoPath {
  return parseRepoPath(splitUrl(request.url).path.slice(`/api/${pluralOf[kind]}/`.length))
}

function namedIn(request: FastifyRequest): string {
  const { owner, name } = request.params as Record<'owner' | 'name', string>
  return `${owner}/${name}`
}

function pageOf(kind: RepoKind, id: string): string {
  return `/${kind === 'model' ? '' : `${pluralOf[kind]}/`}${id}`
}

function sendOk(reply: FastifyReply): FastifyReply {
  return reply.type('text/plain; charset=utf-8').send('OK')
}

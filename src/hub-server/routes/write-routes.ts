import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { pluralOf, REPO_KINDS, type RepoKind } from '../../hub/kinds.ts'
import { HubRefusal, notOneOf, unknownPage } from '../http/hub-refusal.ts'
import { parseRepoPath } from '../http/repo-path.ts'
import type { NewRepo, RepoWriter, WritableSettings } from '../repo-writer.ts'
import { isSignedIn, splitUrl } from './route-context.ts'

type Body = Readonly<Record<string, unknown>>

/** Adds the routes that change repos. All of them require a token. */
export function addWriteRoutes(app: FastifyInstance, writer: RepoWriter, baseUrl: (request: FastifyRequest) => string): void {
  app.post('/api/repos/create', async (request, reply) => {
    const body = signedInBody(request)
    const kind = kindIn(body)
    const repo = newRepoIn(kind, body)
    const url = `${baseUrl(request)}/${kind === 'model' ? '' : `${pluralOf[kind]}/`}${repo.id}`
    const hubId = await writer.create(kind, repo)
    if (hubId === undefined) {
      return reply.code(409).send({ error: `You already created this ${kind} repo`, url })
    }
    return { url, name: repo.id, id: hubId }
  })

  app.delete('/api/repos/delete', async (request, reply) => {
    const body = signedInBody(request)
    if (!(await writer.delete(kindIn(body), idIn(body)))) throw noRepo()
    return sendOk(reply)
  })

  app.post('/api/repos/move', async (request, reply) => {
    const body = signedInBody(request)
    const [from, to] = [textIn(body, 'fromRepo'), checkedId(textIn(body, 'toRepo'))]
    const outcome = await writer.move(kindIn(body), from, to)
    if (outcome === 'missing') throw noRepo()
    if (outcome === 'taken') throw new HubRefusal(409, `A repository called ${to} exists already`)
    return sendOk(reply)
  })

  for (const kind of REPO_KINDS) {
    app.put(`/api/${pluralOf[kind]}/*`, async (request) => {
      const { id, below } = parseRepoPath(splitUrl(request.url).path.slice(`/api/${pluralOf[kind]}/`.length))
      if (below?.route !== 'settings' || below.rest.length > 0) throw unknownPage()
      const settings = settingsIn(signedInBody(request))
      if (!(await writer.settings(kind, id, settings))) throw noRepo()
      return settings
    })
  }
}

function signedInBody(request: FastifyRequest): Body {
  if (!isSignedIn(request)) throw new HubRefusal(401, 'Invalid username or password.')
  const { body } = request
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return { ...body }
  throw new HubRefusal(400, 'Expected a JSON object in the body')
}

function kindIn(body: Body): RepoKind {
  const type = body['type'] ?? 'model'
  const kind = REPO_KINDS.find((known) => known === type)
  if (kind === undefined) throw notOneOf('type', REPO_KINDS)
  return kind
}

/** Owner and name may be separate, or together as the name. Without an owner the caller's own account is meant. */
function idIn(body: Body): string {
  const name = textIn(body, 'name')
  const owner = body['organization']
  return typeof owner === 'string' && owner !== '' ? `${owner}/${name}` : name
}

function newRepoIn(kind: RepoKind, body: Body): NewRepo {
  const sdk = body['sdk']
  if (kind === 'space' && !SDKS.some((known) => known === sdk)) throw notOneOf('sdk', SDKS)
  if (body['private'] !== undefined && body['visibility'] !== undefined) {
    throw new HubRefusal(400, 'Expected either "visibility" or "private"')
  }
  return {
    id: checkedId(idIn(body)),
    private: isPrivateIn(body) ?? false,
    sdk: typeof sdk === 'string' ? sdk : undefined,
    license: typeof body['license'] === 'string' ? body['license'] : undefined,
    readme: readmeIn(body['files']),
  }
}

const SDKS = ['gradio', 'docker', 'static']
const VISIBILITIES = ['public', 'private', 'protected']
const GATINGS = [false, 'auto', 'manual'] as const

function settingsIn(body: Body): WritableSettings {
  const gated = body['gated']
  const known = GATINGS.find((value) => value === gated)
  if (gated !== undefined && known === undefined) throw notOneOf('gated', GATINGS.map(String))
  const isPrivate = isPrivateIn(body)
  return {
    ...(isPrivate === undefined ? {} : { private: isPrivate }),
    ...(known === undefined ? {} : { gated: known }),
  }
}

/** A protected Space runs publicly with private files; listings treat it as private. */
function isPrivateIn(body: Body): boolean | undefined {
  const { visibility } = body
  if (visibility !== undefined) {
    if (!VISIBILITIES.some((known) => known === visibility)) throw notOneOf('visibility', VISIBILITIES)
    return visibility !== 'public'
  }
  const given = body['private']
  if (given === undefined || typeof given === 'boolean') return given
  throw new HubRefusal(400, '"private" must be a boolean')
}

function readmeIn(files: unknown): string | undefined {
  if (!Array.isArray(files)) return undefined
  const readme = files.find((file) => file?.path === 'README.md')
  if (typeof readme?.content !== 'string') return undefined
  return readme.encoding === 'base64' ? Buffer.from(readme.content, 'base64').toString() : readme.content
}

function textIn(body: Body, key: string): string {
  const value = body[key]
  if (typeof value === 'string' && value !== '') return value
  throw new HubRefusal(400, `"${key}" must be a string that is not empty`)
}

const PART = /^(?![-.])[\w.-]{1,96}(?<![-.])$/

function checkedId(id: string): string {
  const [owner = '', name = '', ...more] = id.split('/')
  const isGood = more.length === 0 && PART.test(owner) && PART.test(name) && !/--|\.\.|\.git$/.test(id)
  if (isGood) return id
  throw new HubRefusal(400, `"${id}" cannot name a repository: expected owner/name of letters, digits, -, _ and .`)
}

function sendOk(reply: FastifyReply): FastifyReply {
  return reply.type('text/plain; charset=utf-8').send('OK')
}

/** For signed-in callers, who may learn that a repo does not exist. */
function noRepo(): HubRefusal {
  return new HubRefusal(404, 'Repository not found', 'RepoNotFound')
}

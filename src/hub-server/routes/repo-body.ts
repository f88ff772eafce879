import type { FastifyRequest } from 'fastify'
import { REPO_KINDS, type RepoKind } from '../../hub/kinds.ts'
import type { NewFile } from '../file-writer.ts'
import { HubRefusal, notOneOf } from '../http/hub-refusal.ts'
import type { NewRepo, WritableSettings } from '../repo-writer.ts'
import { checkedPath } from './files/commit-body.ts'

export type Body = Readonly<Record<string, unknown>>

const SDKS = ['gradio', 'docker', 'static']
const VISIBILITIES = ['public', 'private', 'protected']
const GATINGS = [false, 'auto', 'manual'] as const

export function objectBody({ body }: FastifyRequest): Body {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return { ...body }
  throw new HubRefusal(400, 'Expected a JSON object in the body')
}

export function kindIn(body: Body): RepoKind {
  const type = body['type'] ?? 'model'
  const kind = REPO_KINDS.find((known) => known === type)
  if (kind === undefined) throw notOneOf('type', REPO_KINDS)
  return kind
}

/** Owner and name may be separate, or together as the name. Without an owner the caller's own account is meant. */
export function idIn(body: Body, caller: string): string {
  const name = textIn(body, 'name')
  const owner = body['organization']
  if (typeof owner === 'string' && owner !== '') return `${owner}/${name}`
  return name.includes('/') ? name : `${caller}/${name}`
}

export function newRepoIn(kind: RepoKind, body: Body, caller: string): NewRepo {
  const sdk = body['sdk']
  if (kind === 'space' && !SDKS.some((known) => known === sdk)) throw notOneOf('sdk', SDKS)
  return {
    id: checkedId(idIn(body, caller)),
    private: isPrivateIn(body) ?? false,
    sdk: typeof sdk === 'string' ? sdk : undefined,
    license: typeof body['license'] === 'string' ? body['license'] : undefined,
    files: filesIn(body['files']),
    creator: caller,
  }
}

export function settingsIn(body: Body): WritableSettings {
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
  const given = body['private']
  if (visibility !== undefined && given !== undefined) throw new HubRefusal(400, 'Expected either "visibility" or "private"')
  if (visibility !== undefined) {
    if (!VISIBILITIES.some((known) => known === visibility)) throw notOneOf('visibility', VISIBILITIES)
    return visibility !== 'public'
  }
  if (given === undefined || typeof given === 'boolean') return given
  throw new HubRefusal(400, '"private" must be a boolean')
}

function filesIn(files: unknown): readonly NewFile[] {
  if (files === undefined) return []
  if (!Array.isArray(files)) throw new HubRefusal(400, '"files" must be an array')
  return files.map((file, index) => {
    const { content, encoding } = file ?? {}
    const path = checkedPath(file?.path, index + 1)
    if (typeof content !== 'string') throw new HubRefusal(400, `The "content" of ${path} must be a string`)
    return { path, content: Buffer.from(content, encoding === 'base64' ? 'base64' : 'utf8') }
  })
}

export function textIn(body: Body, key: string): string {
  const value = body[key]
  if (typeof value === 'string' && value !== '') return value
  throw new HubRefusal(400, `"${key}" must be a string that is not empty`)
}

const PART = /^(?![-.])[\w.-]{1,96}(?<![-.])$/

export function checkedId(id: string): string {
  const [owner = '', name = '', ...more] = id.split('/')
  const isGood = more.length === 0 && PART.test(owner) && PART.test(name) && !/--|\.\.|\.git$/.test(id)
  if (isGood) return id
  throw new HubRefusal(400, `"${id}" cannot name a repository: expected owner/name of letters, digits, -, _ and .`)
}

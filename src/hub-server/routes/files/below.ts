import type { FastifyReply } from 'fastify'
import { sendJson } from '../../http/answer.ts'
import { HubRefusal, unknownPage } from '../../http/hub-refusal.ts'
import { type BelowRepo, contentsOf } from '../route-context.ts'
import { repoAt } from '../visible-repo.ts'
import { splitRevision } from './tree.ts'

/** Answers `/treesize/{rev}/{path}` with the bytes of a folder or file. */
export function sendTreeSize({ kind, repo, rest, files, request, reply }: BelowRepo): FastifyReply {
  const { revision, path } = splitRevision(rest)
  repoAt(files, kind, repo, revision)
  const below = files.list(kind, repo, revision).filter(({ rfilename }) => isWithin(rfilename, path))
  if (path !== '' && below.length === 0) throw new HubRefusal(404, `${path} does not exist`, 'EntryNotFound')
  const size = below.reduce((sum, file) => sum + (file.size ?? 0), 0)
  return sendJson(request, reply, JSON.stringify({ path: path === '' ? '/' : path, size }))
}

export function isWithin(path: string, folder: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`)
}

/** Longer headers belong to no model. */
const MAX_HEADER_BYTES = 25_000_000

/** Answers `/safetensors-metadata/{index file}` with the headers of all shards. */
export async function sendSafetensorsMetadata(below: BelowRepo): Promise<FastifyReply> {
  const { kind, repo, rest, request, reply } = below
  const contents = contentsOf(below)
  const path = rest.join('/')
  const read = async (name: string, start: number, end?: number): Promise<Buffer | undefined> => {
    const file = contents.open(kind, repo, 'main', name)
    if (file === undefined) return undefined
    const bytes = file.read(start, Math.min(end ?? file.size, file.size))
    return Buffer.isBuffer(bytes) ? bytes : Buffer.concat(await bytes.toArray())
  }
  const text = path.endsWith('.safetensors.index.json') ? await read(path, 0) : undefined
  if (text === undefined) throw new HubRefusal(404, `${path} is not the index of a model`, 'EntryNotFound')
  try {
    const { metadata, weight_map: map } = JSON.parse(text.toString())
    const headers: Record<string, unknown> = {}
    for (const shard of new Set(Object.values(map))) {
      const name = path.slice(0, path.lastIndexOf('/') + 1) + String(shard)
      const length = Number((await read(name, 0, 8))?.readBigUInt64LE() ?? MAX_HEADER_BYTES)
      if (length >= MAX_HEADER_BYTES) throw new RangeError('the header of a shard is missing or too long')
      headers[String(shard)] = JSON.parse(String(await read(name, 8, 8 + length)))
    }
    return sendJson(request, reply, JSON.stringify({ index: { metadata }, headers }))
  } catch (error) {
    throw new HubRefusal(400, `${path} cannot be read: ${error instanceof Error ? error.message : error}`)
  }
}

/** Answers `/scan`, the same as `securityRepoStatus`. */
export function sendScan({ repo, rest, request, reply }: BelowRepo): FastifyReply {
  if (rest.length > 0) throw unknownPage()
  return sendJson(request, reply, JSON.stringify(repo['securityRepoStatus'] ?? UNSCANNED))
}

/** Means that nothing is known, not that nothing was found. */
export const UNSCANNED = { scansDone: false, filesWithIssues: [] }

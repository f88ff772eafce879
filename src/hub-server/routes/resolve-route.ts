import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { sendRedirect } from '../http/answer.ts'
import { readRange } from '../http/byte-range.ts'
import { pointerFile } from '../http/git-objects.ts'
import { HubRefusal, unknownPage } from '../http/hub-refusal.ts'
import { filePath, parseFilePath } from '../http/repo-path.ts'
import type { HubFile } from '../hub-files.ts'
import { type RouteContext, splitUrl } from './route-context.ts'
import { checkFileAccess, repoAt, visibleRepo } from './visible-repo.ts'

/**
 * Answers `/{id}/resolve/{rev}/{path}` with a file or a range of it. Large files may be redirected to another host. `/raw/` is
 * answered with what git stores: the pointer of a large file.
 */
export async function sendFile(
  { store, contents, fileHostUrl }: RouteContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { path, search } = splitUrl(request.url)
  const asked = parseFilePath(path)
  if (asked === undefined || contents === undefined) throw unknownPage()
  const found = await visibleRepo(store, asked.kind, asked.id, { names: contents.fields, blobs: true }, request)
  if ('movedTo' in found) return sendRedirect(reply, filePath({ ...asked, id: found.movedTo }) + search)
  checkFileAccess(asked.kind, found.repo, request)
  reply.header('x-repo-commit', String(repoAt(contents, asked.kind, found.repo, asked.revision)['sha']))
  const file = contents.open(asked.kind, found.repo, asked.revision, asked.path)
  if (file === undefined) throw new HubRefusal(404, `Entry not found: ${asked.path}`, 'EntryNotFound')
  if (asked.route === 'raw') return sendBytes(file.isLarge ? pointerFile(file) : file, request, reply)
  if (fileHostUrl === undefined || !file.isLarge) return sendBytes(file, request, reply)
  const location = `${fileHostUrl}${path}`
  reply.headers({ location, 'x-linked-size': file.size, 'x-linked-etag': `"${file.hash}"` })
  return reply.code(302).type('text/plain; charset=utf-8').send(`Found. Redirecting to ${location}`)
}

/** Sends a file, or the range of it that the request asks for. */
export function sendBytes(file: HubFile, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const etag = `"${file.hash}"`
  reply.headers({ etag, 'accept-ranges': 'bytes', 'content-type': file.contentType })
  if (request.headers['if-none-match']?.split(/,\s*/).includes(etag)) return reply.code(304).send()
  const isStale = request.headers['if-range'] !== undefined && request.headers['if-range'] !== etag
  const range = isStale ? undefined : readRange(request.headers.range, file.size)
  if (range === 'unsatisfiable') {
    reply.header('content-range', `bytes */${file.size}`)
    throw new HubRefusal(416, `The range ${request.headers.range} is outside the ${file.size} bytes of the file`)
  }
  const { start, end } = range ?? { start: 0, end: file.size }
  if (range !== undefined) reply.code(206).header('content-range', `bytes ${start}-${end - 1}/${file.size}`)
  reply.header('content-length', end - start)
  // With an empty stream, unlike with empty bytes, the given content-length is kept.
  return reply.send(request.method === 'HEAD' ? Readable.from([]) : file.read(start, end))
}

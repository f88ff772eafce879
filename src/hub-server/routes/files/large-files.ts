import type { FastifyInstance } from 'fastify'
import { pluralOf, REPO_KINDS } from '../../../hub/kinds.ts'
import type { FileWriter } from '../../file-writer.ts'
import { HubRefusal } from '../../http/hub-refusal.ts'
import type { RouteContext } from '../route-context.ts'
import { writableRepo } from '../writable-repo.ts'

const LFS_TYPE = 'application/vnd.git-lfs+json'
/** The Hub takes larger files in parts, or through Xet. */
const MAX_BYTES = 512 * 1024 * 1024
const SHA256 = /^[0-9a-f]{64}$/

/** Adds the Git LFS batch route, and the route to which clients then upload a file. Xet is not supported. */
export function addLargeFiles(app: FastifyInstance, context: RouteContext, writer: FileWriter): void {
  app.addContentTypeParser(LFS_TYPE, { parseAs: 'string' }, app.getDefaultJsonParser('error', 'error'))

  for (const kind of REPO_KINDS) {
    const prefix = kind === 'model' ? '' : `/${pluralOf[kind]}`
    app.post<{ Params: { owner: string; repository: string } }>(
      `${prefix}/:owner/:repository/info/lfs/objects/batch`,
      async (request, reply) => {
        const { owner, repository } = request.params
        await writableRepo(context, kind, `${owner}/${repository.replace(/\.git$/, '')}`, request)
        const base = `${context.baseUrl(request)}/lfs-uploads`
        const objects = objectsIn(request.body).map(({ oid, size }) =>
          writer.hasContent(oid) ? { oid, size } : { oid, size, actions: { upload: { href: `${base}/${oid}` } } },
        )
        return reply.type(LFS_TYPE).send(JSON.stringify({ transfer: 'basic', objects }))
      },
    )
  }

  app.register(async (uploads) => {
    uploads.removeAllContentTypeParsers()
    uploads.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    // As with the signed addresses of file stores, knowing the address is enough.
    uploads.put<{ Params: { oid: string } }>('/lfs-uploads/:oid', { bodyLimit: MAX_BYTES }, async (request, reply) => {
      const content = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
      const { oid } = request.params
      if (!writer.storeContent(oid, content)) throw new HubRefusal(400, `The content does not have the SHA-256 ${oid}`)
      return reply.code(200).send()
    })
  })
}

function objectsIn(body: unknown): { oid: string; size: number }[] {
  const objects: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'objects') : undefined
  if (!Array.isArray(objects)) throw new HubRefusal(400, '"objects" must be a list')
  return objects.map((object) => {
    const { oid, size } = object ?? {}
    if (typeof oid === 'string' && SHA256.test(oid) && Number.isSafeInteger(size) && size >= 0) return { oid, size }
    throw new HubRefusal(400, 'Each of "objects" must have a SHA-256 as "oid" and a whole number as "size"')
  })
}

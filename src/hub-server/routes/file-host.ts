import type { FastifyInstance } from 'fastify'
import { parseFilePath } from '../http/repo-path.ts'
import type { HubContents } from '../hub-files.ts'
import type { HubStore } from '../hub-store.ts'
import { sendBytes } from './resolve-route.ts'
import { splitUrl } from './route-context.ts'

/**
 * The host to which a Hub redirects readers of large files, as a Fastify plugin. Knowing the address is enough to read a file.
 * A token is refused, as file stores refuse a second credential besides the one in the address.
 */
export async function fileHost(
  app: FastifyInstance,
  { store, files }: { readonly store: HubStore; readonly files: HubContents },
): Promise<void> {
  app.get('/*', async (request, reply) => {
    if (request.headers.authorization !== undefined) {
      return reply.code(400).type('text/plain').send('Only one authentication mechanism is allowed')
    }
    const asked = parseFilePath(splitUrl(request.url).path)
    const fields = { names: files.fields, blobs: true }
    const found = asked && (await store.find(asked.kind, asked.id, fields))
    const repo = found !== undefined && 'repo' in found ? found.repo : undefined
    const file = asked && repo && files.open(asked.kind, repo, asked.revision, asked.path)
    return file === undefined ? reply.code(404).type('text/plain').send('No such file') : sendBytes(file, request, reply)
  })
}

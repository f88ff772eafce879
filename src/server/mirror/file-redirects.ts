import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { FILES_FIELD } from '../../catalog/mirror/catalog-files.ts'
import { HubRefusal, unknownPage } from '../../hub-server/http/hub-refusal.ts'
import { type FilePath, filePath, parseFilePath } from '../../hub-server/http/repo-path.ts'
import type { FileEntry, HubFiles } from '../../hub-server/hub-files.ts'
import { type RouteContext, splitUrl } from '../../hub-server/routes/route-context.ts'
import { checkFileAccess } from '../../hub-server/routes/visible-repo.ts'

type FilesContext = RouteContext & { readonly files: HubFiles }

/** Adds `/{id}/resolve/{rev}/{path}` and `/raw/`: files are on the Hub, to which readers are redirected. */
export function addFileRedirects(app: FastifyInstance, context: FilesContext, endpoint: string): void {
  for (const root of ['', '/datasets', '/spaces']) {
    for (const id of ['/:owner/:name', '/:name']) {
      for (const route of ['resolve', 'raw']) {
        app.get(`${root}${id}/${route}/*`, (request, reply) => redirect(context, endpoint, request, reply))
      }
    }
  }
}

async function redirect(
  context: FilesContext,
  endpoint: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { path, search } = splitUrl(request.url)
  const asked = parseFilePath(path)
  if (asked === undefined) throw unknownPage()
  const known = await knownFile(context, asked, request)
  const location = `${endpoint}${filePath({ ...asked, ...known.place })}${search}`
  return reply
    .code(307)
    .headers({ ...known.headers, location })
    .type('text/plain; charset=utf-8')
    .send(`Temporary Redirect. Redirecting to ${location}`)
}

/** What the catalog knows about a file: its commit, and headers that clients take from a redirect to another host. */
async function knownFile(
  { store, files }: FilesContext,
  { kind, id, revision, path }: FilePath,
  request: FastifyRequest,
): Promise<{ place?: Partial<FilePath>; headers?: Readonly<Record<string, string | number>> }> {
  const names = new Set([...files.fields, 'private', 'gated', 'disabled'])
  const found = await store.find(kind, id, { names, blobs: true })
  if (found === undefined || 'movedTo' in found || found.repo['private'] === true) return {}
  // A client that has a token may send it to the Hub.
  if (request.headers.authorization === undefined) checkFileAccess(kind, found.repo, request)
  const repo = files.at(kind, found.repo, revision)
  const sha = repo?.['sha']
  if (repo === undefined || typeof sha !== 'string') return {}
  const file = files.list(kind, repo, revision).find(({ rfilename }) => rfilename === path)
  if (file === undefined && repo[FILES_FIELD] === 'all') throw new HubRefusal(404, `Entry not found: ${path}`, 'EntryNotFound')
  // The branch may have moved on since.
  return { place: { revision: sha }, headers: { 'x-repo-commit': sha, ...fileHeaders(file) } }
}

function fileHeaders({ size, blobId, lfs }: Partial<FileEntry> = {}): Record<string, string | number> {
  const hash = lfs?.sha256 ?? blobId
  return hash === undefined || size === undefined ? {} : { 'x-linked-etag': `"${hash}"`, 'x-linked-size': size }
}

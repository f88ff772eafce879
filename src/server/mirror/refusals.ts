import type { FastifyInstance, FastifyRequest } from 'fastify'
import { FILES_FIELD, PARQUET_FIELD } from '../../catalog/mirror/catalog-files.ts'
import { pluralOf, type RepoKind } from '../../hub/kinds.ts'
import { HubRefusal } from '../../hub-server/http/hub-refusal.ts'
import type { HubRepo } from '../../hub-server/hub-store.ts'
import { splitUrl } from '../../hub-server/routes/route-context.ts'
import { leaveBodyUnread } from '../util/unread-body.ts'

/** Reads of the Hub for which the catalog has nothing. */
const UNANSWERED = [
  ...['/api/spaces/hardware', '/api/spaces/templates', '/api/spaces/semantic-search'],
  ...['/api/users/*', '/api/organizations/*', '/api/trending', '/api/tasks', '/api/arxiv/*'],
  ...['/api/daily_papers', '/api/papers', '/api/papers/*'],
]

/** What only the owner of an account sees. */
const ACCOUNT = ['/api/whoami-v2', '/api/settings/*']

const CHANGED = [
  ...['/api/models/*', '/api/datasets/*', '/api/spaces/*', '/api/repos/*'],
  ...['/api/collections', '/api/collections/*', '/api/settings/*'],
]

/** Routes below a repo that need commits, people or contents. */
const UNKNOWN_BELOW: ReadonlySet<string> = new Set(
  'commits croissant discussions likers safetensors-metadata settings'.split(' '),
)

/** Routes below a repo that need its files. */
const OF_FILES: ReadonlySet<string> = new Set(['tree', 'treesize', 'paths-info'])

/** Why the catalog cannot answer a route below a repo. Undefined if it can. */
export function refusalBelow(endpoint: string, kind: RepoKind, repo: HubRepo, route: string): HubRefusal | undefined {
  const elsewhere = `Ask ${endpoint}/api/${pluralOf[kind]}/${repo.id}/${route}`
  const lacks = (what: string) => new HubRefusal(404, `This mirror has not fetched ${what} of ${repo.id}. ${elsewhere}`)
  if (UNKNOWN_BELOW.has(route)) return new HubRefusal(404, `This mirror has no ${route} of repos. ${elsewhere}`)
  if (OF_FILES.has(route) && repo[FILES_FIELD] === undefined) return lacks('the files')
  if (route === 'parquet' && repo[PARQUET_FIELD] === undefined) return lacks('the Parquet files')
  if (route === 'runtime' && repo['runtime'] === undefined) return lacks('the runtime')
  return undefined
}

/** Adds answers for what the mirror does not do: each says where it is done. */
export function addRefusals(app: FastifyInstance, endpoint: string): void {
  const readOnly = `This is a read-only mirror of ${endpoint}. Write there: set HF_ENDPOINT=${endpoint}`
  for (const url of CHANGED) {
    app.route({
      method: ['POST', 'PUT', 'PATCH', 'DELETE'],
      url,
      // Before the body is read, whatever it contains.
      onRequest: async (request, reply) => {
        leaveBodyUnread(request, reply)
        throw new HubRefusal(403, readOnly)
      },
      handler: async () => undefined,
    })
  }
  for (const url of ACCOUNT) {
    app.get(url, async () => {
      throw new HubRefusal(401, `This mirror has no accounts. Sign in at ${endpoint}`)
    })
  }
  for (const url of UNANSWERED) {
    app.get(url, async (request: FastifyRequest) => {
      throw new HubRefusal(404, `This mirror does not have ${splitUrl(request.url).path}. Ask ${endpoint}`)
    })
  }
}

import type { FastifyInstance } from 'fastify'
import { REPO_KINDS } from '../../../hub/kinds.ts'
import { HubRefusal } from '../../http/hub-refusal.ts'
import type { HubRepo } from '../../hub-store.ts'
import { type RouteContext, splitUrl } from '../route-context.ts'
import { limitIn } from './page-of.ts'
import { avatarOf, idOf, typeIn } from './people.ts'
import { publicRepos } from './public-query.ts'

const MAX_TRENDING = 20
const SHOWN = ['author', 'downloads', 'likes', 'gated', 'private', 'lastModified', 'pipeline_tag', 'sdk', 'trendingScore']

/** Adds the trend, the table of tasks, and the check of a card. */
export function addTrendRoutes(app: FastifyInstance, context: RouteContext): void {
  app.get('/api/trending', async (request) => {
    const type = typeIn(request.url, ['all', ...REPO_KINDS])
    const limit = limitIn(splitUrl(request.url).parameters, 10)
    if (limit > MAX_TRENDING) throw new HubRefusal(400, `"limit" must be at most ${MAX_TRENDING}`)
    const kinds = REPO_KINDS.filter((kind) => type === undefined || type === 'all' || type === kind)
    const lists = await Promise.all(
      kinds.map(async (kind) => {
        const repos = await publicRepos(context, kind, { sort: 'trendingScore', limit: String(limit) }, SHOWN)
        return repos.map((repo) => ({ kind, repo }))
      }),
    )
    const scored = lists.flat().sort((a, b) => scoreOf(b.repo) - scoreOf(a.repo))
    return { recentlyTrending: scored.slice(0, limit).map(({ kind, repo }) => ({ repoType: kind, repoData: dataOf(repo) })) }
  })

  app.get('/api/tasks', async () => {
    const { pipeline_tag: tasks = [] } = await context.store.tagsByType('model')
    const details = { datasets: [], demo: { inputs: [], outputs: [] }, metrics: [], models: [], spaces: [], summary: '' }
    return Object.fromEntries(
      tasks.map(({ id, label, subType }) => [id, { id, label, ...(subType === undefined ? {} : { subType }), ...details }]),
    )
  })

  app.post('/api/validate-yaml', async (request, reply) => {
    const { body } = request
    const content: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'content') : undefined
    if (typeof content !== 'string') throw new HubRefusal(400, '"content" must be a string')
    const isOpen = /^---\r?\n/.test(content)
    const isClosed = /\n---\s*(?:\r?\n|$)/.test(content)
    if (isOpen && !isClosed) {
      const errors = [{ message: 'The front matter is not closed by a line of three hyphens' }]
      return reply.code(400).send({ errors, warnings: [] })
    }
    const warnings = isOpen ? [] : [{ message: 'empty or missing yaml metadata in repo card' }]
    return { errors: [], warnings }
  })
}

function scoreOf({ trendingScore }: HubRepo): number {
  return typeof trendingScore === 'number' ? trendingScore : 0
}

/** Without `_id`, as on the Hub. */
function dataOf({ _id, trendingScore, ...shown }: HubRepo): object {
  const author = typeof shown['author'] === 'string' ? shown['author'] : shown.id
  return { ...shown, authorData: { _id: idOf(author), name: author, fullname: author, avatarUrl: avatarOf(author) } }
}

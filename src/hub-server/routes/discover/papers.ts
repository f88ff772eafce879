import type { FastifyInstance } from 'fastify'
import { pluralOf, REPO_KINDS } from '../../../hub/kinds.ts'
import { HubRefusal } from '../../http/hub-refusal.ts'
import { type RouteContext, splitUrl } from '../route-context.ts'
import { limitIn, sendPage } from './page-of.ts'
import { idOf } from './people.ts'
import { countPublic, publicRepos } from './public-query.ts'

const ARXIV = /^arxiv:(\d{4}\.\d{4,5})$/
const LINKED = 10
const DAY_MS = 86_400_000

/** Adds papers: those that repos name in their tags, with made-up titles. */
export function addPaperRoutes(app: FastifyInstance, context: RouteContext): void {
  app.get('/api/daily_papers', async (request) => {
    const { parameters } = splitUrl(request.url)
    const date = parameters.get('date')
    if (date !== null && !/^\d{4}-\d\d-\d\d$/.test(date)) throw new HubRefusal(400, '"date" must look like 2025-02-28')
    const page = Number(parameters.get('p') ?? 0)
    const limit = limitIn(parameters, 50)
    const papers = (await known()).filter(({ publishedAt }) => date === null || publishedAt.startsWith(date))
    return papers.slice(page * limit, (page + 1) * limit).map((paper) => ({
      paper,
      publishedAt: paper.publishedAt,
      title: paper.title,
      summary: paper.summary,
      numComments: 0,
      submittedBy: { _id: idOf('reader-1'), name: 'reader-1', fullname: 'reader-1', type: 'user' },
    }))
  })
  app.get('/api/papers', async (request, reply) =>
    sendPage(request, reply, await known(), { baseUrl: context.baseUrl(request), most: 100 }),
  )
  app.get('/api/papers/search', async (request) => {
    const { parameters } = splitUrl(request.url)
    const words = (parameters.get('q') ?? '').toLowerCase()
    const found = (await known()).filter(({ id, title }) => `${id} ${title}`.toLowerCase().includes(words))
    return found.slice(0, limitIn(parameters, 20)).map((paper) => ({ paper, title: paper.title, numComments: 0 }))
  })
  app.get<{ Params: { id: string } }>('/api/papers/:id', async ({ params: { id } }) => {
    const linked = await linkedRepos(id)
    if (Object.values(linked).flat().length === 0) throw new HubRefusal(404, 'Paper not found')
    const totals = await Promise.all(REPO_KINDS.map((kind) => countPublic(context, kind, { filter: `arxiv:${id}` })))
    const named = REPO_KINDS.map((kind) => pluralOf[kind].replace(/^./, (letter) => letter.toUpperCase()))
    return {
      ...paperOf(id),
      ...Object.fromEntries(named.map((name, index) => [`linked${name}`, linked[REPO_KINDS[index] ?? 'model']])),
      ...Object.fromEntries(named.map((name, index) => [`numTotal${name}`, totals[index]])),
    }
  })
  app.get<{ Params: { id: string } }>('/api/arxiv/:id/repos', async ({ params: { id } }) => {
    const linked = await linkedRepos(id)
    return Object.fromEntries(REPO_KINDS.map((kind) => [pluralOf[kind], linked[kind]]))
  })

  async function linkedRepos(id: string) {
    const groups = REPO_KINDS.map(async (kind) => {
      const given = { filter: `arxiv:${id}`, sort: 'likes', limit: String(LINKED) }
      const repos = await publicRepos(context, kind, given, ['author', 'likes', 'downloads', 'lastModified'])
      return [kind, repos] as const
    })
    return Object.fromEntries(await Promise.all(groups))
  }

  /** The papers of the trending models, in their order: a whole Hub would take long to search. */
  async function known() {
    const ids = (await publicRepos(context, 'model', {}, ['tags'])).flatMap(({ tags }) => {
      const texts = Array.isArray(tags) ? tags : []
      return texts.flatMap((tag) => ARXIV.exec(String(tag))?.[1] ?? [])
    })
    return [...new Set(ids)].map(paperOf)
  }
}

function paperOf(id: string) {
  const [year = 20, month = 1] = [Number(id.slice(0, 2)), Number(id.slice(2, 4))]
  const day = Number.parseInt(idOf(id).slice(0, 6), 16) % 28
  const publishedMs = Date.UTC(2000 + year, Math.min(11, Math.max(0, month - 1)), 1) + day * DAY_MS
  return {
    id,
    authors: [{ _id: idOf(`author of ${id}`), name: 'A. Author', hidden: false }],
    publishedAt: new Date(publishedMs).toISOString(),
    title: `A made-up paper about models (${id})`,
    summary: 'This abstract is made up.',
    upvotes: 0,
    discussionId: idOf(`discussion of ${id}`),
  }
}

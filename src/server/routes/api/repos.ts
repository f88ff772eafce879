import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { lineageOf } from '../../../catalog/reads/lineage.ts'
import { readSummary } from '../../../catalog/reads/repo-summary.ts'
import { detailsOf, eventsOf, historyOf, parquetOf, readmeOf } from '../../../catalog/repos/profile.ts'
import type { KnownRepo } from '../../../catalog/repos/reads.ts'
import type { CheckedQuery } from '../../../search/checked-query.ts'
import { resolveFilters } from '../../../search/resolve-filters.ts'
import { similarReport } from '../../../search/similar/similar-report.ts'
import { similarRepos } from '../../../search/similar/similar-repos.ts'
import { repoEventsRoute } from '../../api/events.ts'
import { historyRoute } from '../../api/history.ts'
import { lineageRoute } from '../../api/lineage.ts'
import { cardRoute, filesRoute, rawRoute, repoColumnsRoute, repoRoute, similarRoute } from '../../api/repos.ts'
import type { ApiRoute } from '../../api/route.ts'
import { type ApiRequest, addRoute, type TableOptions } from '../../http/add-route.ts'
import { tableOf } from '../../http/answer.ts'
import { cursorsOf } from '../../http/cursor.ts'
import { HttpProblem } from '../../http/problem.ts'
import type { ApiOptions } from './api-options.ts'
import { type FoundRepo, hubUrlOf, kindNamed, namedRepo } from './named-repo.ts'
import { searchedQuery } from './search.ts'

type RepoRoute = ApiRoute & { params: (typeof repoRoute)['params'] }

export function repoRoutes(app: FastifyInstance, options: ApiOptions): void {
  const { db, search } = options.catalog

  /** Adds a route about one repo, under all paths that name it. */
  function addRepoRoute<Route extends RepoRoute>(
    route: Route,
    answer: (found: FoundRepo, request: ApiRequest<Route>) => Promise<unknown>,
    table?: TableOptions,
  ): void {
    const part = route.path.split('{id}/')[1]
    const handle = async (request: ApiRequest<Route>) => {
      const { kind, id } = request.params as { kind: string; id: string }
      const asked = kindNamed(kind)
      const found = await namedRepo(options, id, asked).catch(async (error: unknown) => {
        // `owner/history` may be a repo, too, whose path looks like a part of the repo `owner`.
        if (part === undefined || id.includes('/')) throw error
        const whole = await namedRepo(options, `${id}/${part}`, asked).catch(() => undefined)
        if (whole === undefined) throw error
        return { whole }
      })
      if ('whole' in found) return await summaryOf(found.whole, options)
      const { reply } = request
      const path = route.path
        .replace('{kind}', asked)
        .replace('{id}', found.repo.id.split('/').map(encodeURIComponent).join('/'))
      reply.header('content-location', `${options.basePath}${path}`)
      return await answer(found, request)
    }
    addRoute(app, route, handle, table)
  }

  addRepoRoute(repoRoute, (found) => summaryOf(found, options))

  addRepoRoute(
    historyRoute,
    async ({ repo }, { query: { since } }) => {
      const history = await historyOf(db, repo.hubId)
      return { history: since === undefined ? history : history.filter(({ day }) => day >= since) }
    },
    {
      table: ({ history }: { history: object[] }) => tableOf(history, ['day', 'downloads', 'likes', 'trendingScore']),
      name: 'history',
    },
  )

  addRepoRoute(repoEventsRoute, async ({ repo }) => ({ events: await eventsOf(db, repo.hubId) }), {
    table: ({ events }: { events: object[] }) => tableOf(events, ['event', 'oldValue', 'newValue', 'happenedAt']),
    name: 'events',
  })

  addRepoRoute(lineageRoute, async ({ repo }, { query }) => await lineageOf(db, repo.hubId, query))

  addRepoRoute(
    filesRoute,
    async ({ repo }, { query: { limit, cursor } }) => {
      const cursors = cursorsOf(['files', repo.hubId, repo['sha'] ?? null], z.int().min(0))
      const from = cursor === undefined ? 0 : cursors.read(cursor)
      const { files } = await detailsOf(db, repo.hubId)
      if (files === null) return { count: 0, bytes: null, files: [], nextCursor: null }
      const isLast = from + limit >= files.files.length
      const { count, bytes } = files
      return {
        count,
        bytes,
        files: files.files.slice(from, from + limit),
        nextCursor: isLast ? null : cursors.write(from + limit),
      }
    },
    {
      table: ({ files }: { files: object[] }) => tableOf(files, ['path', 'size', 'sha256', 'blobId', 'pointerSize']),
      name: 'files',
    },
  )

  addRepoRoute(
    repoColumnsRoute,
    async ({ repo }) => {
      const { splits, schemas } = (await parquetOf(db, repo.hubId)) ?? { splits: [], schemas: [] }
      return { splits: splits.map(({ files, ...split }) => ({ ...split, files: files.length })), schemas }
    },
    { table: columnsTable, name: 'columns' },
  )

  addRepoRoute(cardRoute, async ({ repo }) => {
    const { text, bytes, truncated } = (await readmeOf(db, repo.hubId)) ?? { text: null, bytes: null, truncated: false }
    return { card: repo['card'] ?? null, text, bytes, truncated }
  })

  addRepoRoute(rawRoute, async ({ repo }) => ({
    payload: repo['payload'] ?? null,
    details: (await detailsOf(db, repo.hubId)).details,
  }))

  addRepoRoute(
    similarRoute,
    async ({ repo }, { query: { kind, filter, limit } }) => {
      const startedAt = performance.now()
      const checked = searchedQuery({ q: '', kind, filter }, { limit })
      const [document] = await search.documents([repo.hubId])
      if (document === undefined) {
        throw new HttpProblem(
          404,
          'repo-unknown',
          `The search index does not have the ${repo.kind} ${repo.id}: it is gone from the Hub, or still to be indexed.`,
        )
      }
      const { filters } = await resolveFilters(search, checked.filters)
      const query = { ...checked, filters: new Map(Object.entries(filters)) as CheckedQuery['filters'] }
      return similarReport(document, query, await similarRepos(search, document, query), performance.now() - startedAt)
    },
    { table: ({ hits }: { hits: object[] }) => tableOf(hits), name: 'similar' },
  )
}

/** A repo without its long parts. */
export async function summaryOf({ repo, others }: FoundRepo, { catalog, endpoint }: ApiOptions): Promise<KnownRepo> {
  const { card: _, payload: __, ...fields } = repo
  return {
    ...(fields as KnownRepo),
    hubUrl: hubUrlOf(endpoint, repo),
    ...(await readSummary(catalog.db, repo)),
    others: others.map(({ kind, id, hubId, ...other }) => ({ kind, id, hubId, isRemoved: other['removedAt'] !== undefined })),
  }
}

interface ColumnsAnswer {
  splits: { config: string; split: string; schema: number | null }[]
  schemas: { columns: object[] }[]
}

/** One row per split and column. */
function columnsTable({ splits, schemas }: ColumnsAnswer) {
  const rows = splits.flatMap(({ config, split, schema }) =>
    (schema === null ? [] : (schemas[schema]?.columns ?? [])).map((column) => ({ config, split, ...column })),
  )
  return tableOf(rows, ['config', 'split', 'path', 'physicalType', 'logicalType', 'nesting', 'isNullable'])
}

import { isDeepStrictEqual } from 'node:util'
import type { FastifyInstance } from 'fastify'
import type { KnownRepo } from '../../../catalog/repos/reads.ts'
import { readRepoAddress } from '../../../hub/repos/repo-address.ts'
import { endpointsOf } from '../../../search/catalog-search.ts'
import { compareRoute, MIN_COMPARED } from '../../api/compare.ts'
import { addRoute } from '../../http/add-route.ts'
import { HttpProblem } from '../../http/problem.ts'
import type { ApiOptions } from './api-options.ts'
import { kindNamed, namedRepo } from './named-repo.ts'
import { summaryOf } from './repos.ts'

export function compareRoutes(app: FastifyInstance, options: ApiOptions): void {
  addRoute(
    app,
    compareRoute,
    async ({ query: { id: ids } }) => {
      if (ids.length < MIN_COMPARED) {
        throw new HttpProblem(400, 'invalid-request', `Expected two to six parameters \`id\`, got ${ids.length}.`)
      }
      const endpoints = await endpointsOf(options.catalog.db, options.endpoint)
      const repos = await Promise.all(
        ids.map(async (text) => {
          const { id, kind } = readAddress(text, endpoints)
          return await summaryOf(await namedRepo(options, id, kind), options)
        }),
      )
      return { repos, differences: differencesOf(repos) }
    },
    { table: comparisonTable, name: 'compare' },
  )
}

/** With a kind as in `dataset/owner/name` or an address, else any kind. */
function readAddress(text: string, endpoints: readonly string[]) {
  const [, kind, id] = /^(models?|datasets?|spaces?|collections?)\/(.+)$/i.exec(text) ?? []
  if (kind !== undefined && id !== undefined) return { id, kind: kindNamed(kind) }
  return readRepoAddress(text, endpoints) ?? { id: text.trim(), kind: undefined }
}

function differencesOf(repos: readonly KnownRepo[]): string[] {
  const [first, ...others] = repos
  return fieldsOf(repos).filter((field) => others.some((other) => !isDeepStrictEqual(first?.[field], other[field])))
}

function fieldsOf(repos: readonly KnownRepo[]): string[] {
  return [...new Set(repos.flatMap((repo) => Object.keys(repo)))]
}

/** One row per field, one column per repo. */
function comparisonTable({ repos }: { repos: KnownRepo[] }) {
  return {
    columns: ['field', ...repos.map(({ kind, id }) => `${kind}/${id}`)],
    rows: fieldsOf(repos).map((field) => [
      field,
      ...repos.map((repo) => {
        const value = repo[field]
        return value instanceof Date ? value.toISOString() : value
      }),
    ]),
  }
}

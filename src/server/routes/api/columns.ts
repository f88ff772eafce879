import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { datasetsWithColumns } from '../../../catalog/reads/column-search.ts'
import { columnsRoute } from '../../api/columns.ts'
import { addRoute } from '../../http/add-route.ts'
import { tableOf } from '../../http/answer.ts'
import { cursorsOf } from '../../http/cursor.ts'
import { HttpProblem } from '../../http/problem.ts'
import type { ApiOptions } from './api-options.ts'

const position = z.object({ downloads: z.number(), hubId: z.string().max(1_000) })

export function columnRoutes(app: FastifyInstance, { catalog }: ApiOptions): void {
  addRoute(
    app,
    columnsRoute,
    async ({ query: { name: names, type: types, nesting: nestings, limit, cursor } }) => {
      if (names.length === 0)
        throw new HttpProblem(400, 'invalid-request', 'Expected `name`, such as name=question&name=answer.')
      if (types.length > names.length || nestings.length > names.length) {
        throw new HttpProblem(400, 'invalid-request', 'Expected at most one `type` and one `nesting` per `name`.')
      }
      const wanted = names.map((name, index) => ({
        name,
        type: types[index] || undefined,
        nesting: nestings[index] || undefined,
      }))
      const cursors = cursorsOf(['columns', wanted], position)
      const after = cursor === undefined ? undefined : cursors.read(cursor)
      const { total, datasets, last, hasMore } = await datasetsWithColumns(catalog.db, wanted, { after, limit })
      return { total, datasets, nextCursor: hasMore && last !== undefined ? cursors.write(last) : null }
    },
    { table: ({ datasets }: { datasets: object[] }) => tableOf(datasets, COLUMNS), name: 'columns' },
  )
}

const COLUMNS = ['id', 'hubId', 'author', 'license', 'downloads', 'likes', 'rows', 'config', 'split', 'columns']

import { z } from 'zod'
import { columnsRoute } from '../../server/api/columns.ts'
import { repoColumnsRoute } from '../../server/api/repos.ts'
import { page, textUpTo, wholeNumber } from '../../server/api/values.ts'
import { defineTool, invalidInput, slices, withoutEmpty } from './tool.ts'

const { name, type, nesting } = columnsRoute.query.shape
const { total, datasets } = columnsRoute.answer.shape
const { splits, schemas } = repoColumnsRoute.answer.shape
const SPLITS = 100

export const datasetColumns = defineTool({
  name: 'dataset_columns',
  title: 'Columns of datasets',
  description:
    'With `id`, the splits and columns of that dataset. With `name`, the datasets that have all of these columns in one split, ' +
    'most downloaded first.',
  input: z.strictObject({
    id: textUpTo(500).min(1).optional().meta({ description: 'Name or hub id of a dataset.' }),
    ...{ name, type, nesting },
    limit: wholeNumber(1, 100).prefault(20).meta({ description: 'Maximum number of datasets.' }),
    cursor: page.cursor,
  }),
  data: z.object({
    splits: z
      .array(splits.element.omit({ columnBytes: true }).partial().required({ config: true, split: true }))
      .optional()
      .meta({ description: 'With `id`.' }),
    schemas: z.record(z.string(), schemas.element).optional().meta({ description: 'By the number in `schema` of a split.' }),
    total: total.optional(),
    datasets: z
      .array(datasets.element.partial().required({ id: true, hubId: true }))
      .optional()
      .meta({ description: 'With `name`.' }),
  }),
  open: ({ id, limit, cursor, ...columns }, call) => {
    if ((id === undefined) === (columns.name.length === 0)) throw invalidInput('Expected either `id` or `name`.')
    if (id === undefined) {
      return {
        limit,
        getPage: async (size) => {
          const { nextCursor, ...data } = await call(columnsRoute, { query: { ...columns, limit: size, cursor } })
          return { data: { ...data, datasets: data.datasets.map(withoutEmpty) }, size: data.datasets.length, nextCursor }
        },
      }
    }
    let schemas: z.output<typeof repoColumnsRoute.answer>['schemas'] = []
    return slices(
      { key: ['splits', id], cursor, limit: SPLITS },
      async () => {
        const answer = await call(repoColumnsRoute, { params: { kind: 'dataset', id } })
        schemas = answer.schemas
        return answer.splits
      },
      (splits) => ({ splits: splits.map(withoutEmpty), schemas: schemasOf(splits, schemas) }),
    )
  },
})

/** The schemas that some splits have, by their number. */
function schemasOf<Schema>(splits: readonly { schema: number | null }[], schemas: readonly Schema[]): Record<string, Schema> {
  const numbers = new Set(splits.map(({ schema }) => schema))
  return Object.fromEntries(schemas.map((schema, index) => [index, schema] as const).filter(([index]) => numbers.has(index)))
}

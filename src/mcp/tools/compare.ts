import { z } from 'zod'
import { compareRoute } from '../../server/api/compare.ts'
import { textUpTo } from '../../server/api/values.ts'
import { defineTool, whole } from './tool.ts'

const { differences } = compareRoute.answer.shape

export const compare = defineTool({
  name: 'compare',
  title: 'Compare repos',
  description: 'Two to six repos side by side. Fields that all of them share are listed once.',
  input: z.strictObject({
    ids: z
      .array(textUpTo(500).min(1))
      .min(2)
      .max(6)
      .meta({
        description: 'Names, hub ids or addresses of repos; with a kind as in `datasets/owner/name`.',
        example: ['openai/whisper-small', 'openai/whisper-large-v3'],
      }),
  }),
  data: z.object({
    repos: z
      .array(z.looseObject({ kind: z.string(), id: z.string() }))
      .meta({ description: 'In the order of the ids, with the fields that differ.' }),
    shared: z.record(z.string(), z.unknown()).meta({ description: 'Fields with the same value in all repos.' }),
    differences,
  }),
  open: ({ ids }, call) =>
    whole(async () => {
      const { repos, differences } = await call(compareRoute, { query: { id: ids } })
      const isDifferent = new Set([...differences, 'kind', 'id'])
      const fields = repos.map((repo) => Object.entries(repo))
      const [first = []] = fields
      return {
        repos: fields.map((entries) => Object.fromEntries(entries.filter(([name]) => isDifferent.has(name)))) as typeof repos,
        shared: Object.fromEntries(first.filter(([name]) => !isDifferent.has(name))),
        differences,
      }
    }),
})

import { z } from 'zod'
import { hit, searchQuery, searchRoute } from '../../server/api/search.ts'
import { wholeNumber } from '../../server/api/values.ts'
import { defineTool, withoutEmpty } from './tool.ts'

/** What agents get of a hit; empty fields are left out. */
export const agentHit = hit
  .omit({ matches: true, explanation: true, theme: true, formerNames: true })
  // Without the long patterns of times, which clients put before the model.
  .extend({ createdAt: z.string().nullable(), lastModified: z.string().nullable() })
  .partial()
  .required({ kind: true, id: true, hubId: true })

const { q, kind, filter, sort, facet, semantic, cursor } = searchQuery.shape
const { query: _, total, isRelaxed, hits: __, facets, unknownValues, didYouMean } = searchRoute.answer.shape

export const searchRepos = defineTool({
  name: 'search_repos',
  title: 'Search repos',
  description:
    'Search models, datasets, Spaces and collections by words, filters and ranges, and count values of fields (`facet`). ' +
    'Without words it lists the trending ones.',
  input: z.strictObject({
    query: q,
    ...{ kind, filter, sort, facet, semantic, cursor },
    limit: wholeNumber(0, 100).prefault(10).meta({ description: 'Maximum number of hits.' }),
  }),
  data: z.object({ total, isRelaxed, hits: z.array(agentHit), facets, unknownValues, didYouMean }),
  longestText: 400,
  open: ({ query: words, limit, ...others }, call) => ({
    limit,
    getPage: async (size) => {
      const { nextCursor, ...data } = await call(searchRoute, { query: { q: words, ...others, limit: size } })
      return { data: { ...data, hits: data.hits.map(withoutEmpty) }, size: data.hits.length, nextCursor }
    },
  }),
})

import { z } from 'zod'
import { lineageRoute } from '../../server/api/lineage.ts'
import { wholeNumber } from '../../server/api/values.ts'
import { repoInput } from './repo-input.ts'
import { defineTool, withoutEmpty } from './tool.ts'

const { direction, depth } = lineageRoute.query.shape
const { root, nodes, edges } = lineageRoute.answer.shape
const node = nodes.element

export const lineage = defineTool({
  name: 'lineage',
  title: 'Lineage of a repo',
  description:
    'What a model derives from (fine-tuned, merged, quantized, adapted) and what derives from it; what a Space uses. Nearer ' +
    'and more downloaded repos come first.',
  input: z.strictObject({
    ...repoInput,
    direction,
    depth,
    limit: wholeNumber(1, 200).prefault(40).meta({ description: 'Maximum number of repos per direction.' }),
  }),
  data: z.object({
    root,
    nodes: z.array(node.partial().required({ key: true, kind: true, id: true, depth: true })),
    edges,
  }),
  open: ({ kind, id, direction, depth, limit }, call) => ({
    limit,
    getPage: async (size) => {
      const query = { direction, depth, limit: size }
      const { truncated, ...data } = await call(lineageRoute, { params: { kind, id }, query })
      const more = 'More repos belong to the lineage. Raise `depth` or `limit`, or ask for one direction.'
      // Both directions have as many nodes as the limit, at most.
      return {
        data: { ...data, nodes: data.nodes.map(withoutEmpty) },
        size: Math.min(size, data.nodes.length),
        nextCursor: null,
        truncated: truncated ? [more] : [],
      }
    },
  }),
})

import { z } from 'zod'
import { repoParams } from './repos.ts'
import type { ApiRoute } from './route.ts'
import { count, instant, repoKind, wholeNumber } from './values.ts'

const node = z.object({
  key: z.string().meta({ description: 'Identifies the node in `edges`: `kind/id`.' }),
  kind: repoKind,
  id: z.string(),
  hubId: z.string().nullable().meta({ description: 'Null if the catalog has no repo of this name.' }),
  depth: z.int().meta({ description: 'Steps from the repo asked for: negative for ancestors, positive for descendants.' }),
  author: z.string().nullable(),
  license: z.string().nullable(),
  task: z.string().nullable(),
  parameters: z.number().nullable(),
  downloads: count.nullable(),
  likes: count.nullable(),
  removedAt: instant.nullable(),
  descendants: count
    .nullable()
    .meta({ description: 'Number of repos that directly derive from it, or use the dataset; null if unknown.' }),
})

const edge = z.object({
  parent: z.string(),
  child: z.string(),
  relation: z.string().meta({
    description: 'finetune, adapter, merge, quantized, unknown; uses, for what a Space uses and for users of a dataset.',
  }),
  isLicenseChanged: z
    .boolean()
    .meta({ description: 'Whether the parent has a license and the child declares another one or none.' }),
})

export const lineageRoute = {
  method: 'GET',
  path: '/api/v1/repos/{kind}/{id}/lineage',
  summary: 'What a model derives from and what derives from it; what a Space uses; which models and Spaces use a dataset.',
  params: repoParams,
  query: z.strictObject({
    direction: z.enum(['both', 'ancestors', 'descendants']).default('both'),
    depth: wholeNumber(1, 1_000).prefault(3).meta({ description: 'Maximum number of steps in each direction.' }),
    limit: wholeNumber(1, 1_000).prefault(100).meta({
      description: 'Maximum number of nodes per direction. Nearer and more downloaded ones are preferred.',
    }),
  }),
  answer: z.object({
    root: z.string().meta({ description: 'Key of the repo asked for.' }),
    nodes: z.array(node),
    edges: z.array(edge),
    truncated: z.boolean().meta({ description: 'Whether nodes were left out because of depth or limit.' }),
  }),
} as const satisfies ApiRoute

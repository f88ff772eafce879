import { z } from 'zod'
import type { ApiRoute } from './route.ts'
import { hit, searchQuery } from './search.ts'
import { count, format, instant, page, repeated, repoKind, text, textUpTo } from './values.ts'

/** The repo that a path names. */
export const repoParams = z.strictObject({
  kind: textUpTo(20).meta({ description: 'model, dataset, space or collection; or the plural.' }),
  id: textUpTo(500).min(1).meta({
    description:
      'Current or former name in any letter case, or hub id. The slash in `owner/name` may be written as it is or as %2F.',
    example: 'openai/whisper-large-v3',
  }),
})

const texts = z.array(z.string())
/** Hub text and numbers by name; empty ones are left out. */
const repoFields = {
  kind: repoKind,
  id: z.string(),
  hubId: z.string(),
  askedAs: z.string().optional().meta({ description: 'The name that was asked for, if it is a former one.' }),
  formerNames: texts,
  author: z.string().optional(),
  description: z.string().optional(),
  createdAt: instant.optional(),
  lastModified: instant.optional(),
  sha: z.string().optional(),
  private: z.boolean().optional(),
  gated: z.string().optional(),
  disabled: z.boolean().optional(),
  license: z.string().optional(),
  tags: texts.optional(),
  languages: texts.optional(),
  downloads: count.optional(),
  downloadsAllTime: count.optional(),
  likes: count.optional(),
  trendingScore: z.number().optional(),
  pipelineTag: z.string().optional(),
  libraryName: z.string().optional(),
  parameters: z.number().optional(),
  baseModels: texts.optional(),
  baseRelations: texts.optional(),
  taskCategories: texts.optional(),
  sizeCategory: z.string().optional(),
  modalities: texts.optional(),
  formats: texts.optional(),
  rowCount: count.optional(),
  bytes: count.optional(),
  sdk: z.string().optional(),
  stage: z.string().optional().meta({ description: 'Of a Space: whether it runs.' }),
  linkedModels: texts.optional().meta({ description: 'Models that a Space uses.' }),
  linkedDatasets: texts.optional().meta({ description: 'Datasets that a Space uses.' }),
  firstSeenAt: instant,
  changedAt: instant,
  countersChangedAt: instant.optional(),
  removedAt: instant.optional().meta({ description: 'When the repo was found to be gone from the Hub.' }),
  removedCause: z.enum(['deleted', 'private', 'disabled']).optional(),
}

/** Without the long parts, which have routes of their own. Future columns are added, so clients must ignore unknown ones. */
export const repo = z.looseObject({
  ...repoFields,
  hubUrl: z.string().meta({ description: 'Its page on the Hub.' }),
  stages: z.array(
    z.object({
      stage: z.string(),
      outcome: z.enum(['done', 'absent']).nullable().meta({ description: 'Null if never done.' }),
      isCurrent: z.boolean(),
      reason: z.string().nullable(),
      sha: z.string().nullable(),
      doneAt: instant.nullable(),
    }),
  ),
  files: z
    .object({ count, bytes: count.nullable(), usedStorage: count.nullable() })
    .nullable()
    .meta({ description: 'Null if not fetched. `…/files` lists them.' }),
  readme: z
    .object({ bytes: count, truncated: z.boolean() })
    .nullable()
    .meta({ description: 'Null if not fetched or absent. `…/card` has the text.' }),
  parquet: z
    .object({ splits: count, schemas: count, rows: count.nullable(), bytes: count.nullable(), isEstimated: z.boolean() })
    .nullable()
    .meta({ description: 'Of a dataset. `…/columns` has the splits and columns.' }),
  collections: z
    .array(
      z.object({
        hubId: z.string(),
        id: z.string(),
        title: z.string().nullable(),
        upvotes: count.nullable(),
        note: z.string().nullable(),
      }),
    )
    .meta({ description: 'Live collections that hold it, the most upvoted first.' }),
  items: z
    .object({
      isComplete: z.boolean(),
      items: z.array(
        z.object({
          position: z.int(),
          kind: z.string(),
          id: z.string(),
          note: z.string().nullable(),
          hubId: z.string().nullable(),
        }),
      ),
    })
    .nullable()
    .meta({ description: 'Of a collection.' }),
  failures: z.array(
    z.object({
      task: z.string(),
      cause: z.string(),
      status: z.int().nullable(),
      attempts: count,
      answer: z.string().nullable(),
      firstFailedAt: instant,
      failedAt: instant,
      retryAt: instant,
    }),
  ),
  unconfirmed: z
    .object({ missedAt: instant, probes: count, probedAt: instant.nullable() })
    .nullable()
    .meta({ description: 'Set if the last full pass missed the repo and its removal is not confirmed.' }),
  others: z
    .array(z.object({ kind: repoKind, id: z.string(), hubId: z.string(), isRemoved: z.boolean() }))
    .meta({ description: 'Other repos of the kind that have or had this name. Ask for them by hub id.' }),
})

export const repoRoute = {
  method: 'GET',
  path: '/api/v1/repos/{kind}/{id}',
  summary: 'One repo, live or removed.',
  params: repoParams,
  query: z.strictObject({}),
  answer: repo,
} as const satisfies ApiRoute

export const filesRoute = {
  method: 'GET',
  path: '/api/v1/repos/{kind}/{id}/files',
  summary: 'Files of the main branch that are known, in the order of the Hub.',
  params: repoParams,
  query: z.strictObject({ ...page, format }),
  answer: z.object({
    count: count.meta({ description: 'All files of the repo; those beyond the first 50,000 are not stored.' }),
    bytes: count.nullable(),
    files: z.array(
      z.object({
        path: z.string(),
        size: count.nullable(),
        sha256: z.string().nullable(),
        blobId: z.string().nullable(),
        pointerSize: count.nullable(),
      }),
    ),
    nextCursor: z.string().nullable(),
  }),
  isTable: true,
} as const satisfies ApiRoute

export const cardRoute = {
  method: 'GET',
  path: '/api/v1/repos/{kind}/{id}/card',
  summary: 'README text and front matter, as their author wrote them: untrusted Markdown.',
  params: repoParams,
  query: z.strictObject({}),
  answer: z.object({
    card: z.unknown().nullable().meta({ description: 'Front matter, of any shape.' }),
    text: z.string().nullable().meta({ description: 'Text without the front matter; null if not fetched or absent.' }),
    bytes: count.nullable(),
    truncated: z.boolean(),
  }),
} as const satisfies ApiRoute

export const rawRoute = {
  method: 'GET',
  path: '/api/v1/repos/{kind}/{id}/raw',
  summary: 'What the Hub said about a repo beyond the named fields.',
  params: repoParams,
  query: z.strictObject({}),
  answer: z.object({
    payload: z.unknown().nullable().meta({ description: 'Every other field of the listing, as received.' }),
    details: z.unknown().nullable().meta({ description: 'Fields of the detail answer that the listing lacks.' }),
  }),
} as const satisfies ApiRoute

export const repoColumnsRoute = {
  method: 'GET',
  path: '/api/v1/repos/{kind}/{id}/columns',
  summary: 'Configs, splits and columns of a dataset, from its Parquet files.',
  params: repoParams,
  query: z.strictObject({ format }),
  answer: z.object({
    splits: z.array(
      z.object({
        config: z.string(),
        split: z.string(),
        rows: count.nullable(),
        bytes: count.nullable(),
        isEstimated: z.boolean().meta({ description: 'Whether the sums are extrapolated from some of the files.' }),
        files: count,
        schema: z.int().nullable().meta({ description: 'Index into `schemas`.' }),
        columnBytes: z.array(count).meta({ description: 'Compressed bytes by column of the schema.' }),
      }),
    ),
    schemas: z.array(
      z.object({
        columnCount: count,
        columns: z.array(
          z.object({
            path: z.string(),
            physicalType: z.string(),
            logicalType: z.string().nullable(),
            nesting: z.string().nullable().meta({ description: 'Such as list.struct, outermost first.' }),
            isNullable: z.boolean(),
          }),
        ),
      }),
    ),
  }),
  isTable: true,
} as const satisfies ApiRoute

export const similarRoute = {
  method: 'GET',
  path: '/api/v1/repos/{kind}/{id}/similar',
  summary: 'Repos with the same base model, task, tags and size, most alike first.',
  params: repoParams,
  query: z.strictObject({
    kind: searchQuery.shape.kind,
    filter: repeated(text).meta({ description: 'As in a search, without ranges.' }),
    limit: page.limit,
    format,
  }),
  answer: z.object({
    query: z.object({
      similarTo: z.object({ kind: repoKind, id: z.string() }),
      filters: z.record(z.string(), texts),
      limit: count,
      offset: count,
    }),
    total: count,
    hits: z.array(
      hit.omit({ matches: true, explanation: true }).extend({
        similarity: z.object({
          score: z.number(),
          base: z.number(),
          task: z.number(),
          tags: z.number(),
          size: z.number(),
        }),
      }),
    ),
    tookMs: z.number(),
  }),
  isTable: true,
} as const satisfies ApiRoute

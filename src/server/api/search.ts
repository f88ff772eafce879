import { z } from 'zod'
import { FILTER_FIELDS, RANGE_FIELDS, SEARCH_SORTS } from '../../search/search-fields.ts'
import { PARAMETER_CLASSES } from '../../search/text/parameter-class.ts'
import type { ApiRoute } from './route.ts'
import {
  count,
  format,
  instant,
  nextCursor,
  page,
  ratio,
  repeated,
  repoKind,
  text,
  textUpTo,
  wholeNumber,
  yesOrNo,
} from './values.ts'

export const filterField = z.enum(FILTER_FIELDS)
const rangeField = z.enum(RANGE_FIELDS)

/** What is searched, as on the command line. */
export const searched = {
  q: text.default('').meta({ description: 'Words.', example: 'whisper large' }),
  kind: repeated(textUpTo(20)).meta({ description: `Kinds: ${repoKind.options.join(', ')}.` }),
  filter: repeated(text).meta({
    description:
      `\`field=value\` as in \`hubdex search --filter\`, repeated; values separated by commas are alternatives. Fields: ` +
      `${FILTER_FIELDS.join(', ')}. Ranges: \`field=from..to\`, both included and either left out, for ` +
      `${RANGE_FIELDS.join(', ')}; numbers take K, M, B and T, and dates may be a year, a month or a day.`,
    example: ['license=mit,apache-2.0', 'parameters=1B..8B'],
  }),
}

/** Which of the found repos, in which order, with which counts. */
export const searchQuery = z.strictObject({
  ...searched,
  sort: z.enum(SEARCH_SORTS).optional().meta({ description: 'Default: relevance with words, trending without.' }),
  facet: repeated(text).meta({ description: 'Fields whose values are counted; separated by commas, or repeated.' }),
  facetLimit: wholeNumber(1, 1_000).prefault(10).meta({ description: 'Maximum number of values per facet.' }),
  histogram: repeated(text).meta({ description: `Fields to count by bucket: ${RANGE_FIELDS.join(', ')}.` }),
  explain: yesOrNo.prefault(false).meta({ description: 'Whether to explain the rank of each hit.' }),
  semantic: ratio.prefault(0).meta({
    description: 'How much meaning counts beside words, from 0 to 1. Needs an embedder.',
  }),
  ...page,
  limit: wholeNumber(0, 1_000).prefault(20).meta({ description: 'Maximum number of hits.' }),
  format,
})

const texts = z.array(z.string())

export const hit = z.object({
  kind: repoKind,
  id: z.string(),
  hubId: z.string(),
  formerNames: texts.meta({ description: 'Newest first.' }),
  author: z.string().nullable(),
  title: z.string().nullable().meta({ description: 'Of a collection.' }),
  description: z.string().nullable(),
  tags: texts,
  task: texts,
  library: texts,
  license: texts,
  language: texts,
  modality: texts,
  format: texts,
  gated: z.enum(['false', 'auto', 'manual']).nullable(),
  sdk: z.string().nullable(),
  theme: z.string().nullable().meta({ description: 'The color of a collection.' }),
  sizeCategory: texts,
  parameters: z.number().nullable(),
  parameterClass: z.enum(PARAMETER_CLASSES).nullable(),
  createdAt: instant.nullable(),
  lastModified: instant.nullable(),
  downloads: count,
  likes: count,
  trendingScore: z.number(),
  matches: z
    .array(
      z.object({
        field: z.string(),
        snippet: z.string().meta({ description: 'The text of the field, or the part of it with most of the words.' }),
        highlights: z.array(z.tuple([count, count])).meta({ description: 'Ranges of UTF-16 code units, ends exclusive.' }),
        words: texts.meta({ description: 'The words of the query that match here.' }),
      }),
    )
    .meta({ description: 'Where the words match.' }),
  explanation: z
    .object({
      cost: z.number().nullable().meta({ description: 'Null for a repo that was found by its meaning.' }),
      name: z.enum(['whole', 'beginning', 'similar']).nullable(),
      words: z.array(
        z.object({
          word: z.string(),
          match: z.object({ kind: z.string(), field: z.string(), terms: texts, cost: z.number() }).nullable(),
        }),
      ),
      popularity: z.number(),
    })
    .optional(),
})

/** Both bounds are included, so that `from..to` is the filter for the bucket. Null if it is open on that side. */
const bucket = z.object({
  from: z.union([z.number(), z.iso.date()]).nullable(),
  to: z.union([z.number(), z.iso.date()]).nullable(),
  count,
})

/** The query as it was understood. */
const understood = z.object({
  words: z.string(),
  filters: z.partialRecord(filterField, texts),
  ranges: z.partialRecord(rangeField, z.string()).optional().meta({ description: 'As `from..to`.' }),
  sort: z.enum(SEARCH_SORTS).optional(),
  facets: z.array(filterField),
  facetLimit: count,
  histograms: z.array(rangeField).optional(),
  limit: count,
  offset: count,
  explain: z.boolean(),
})

const searchAnswer = z.object({
  query: understood,
  total: count.meta({ description: 'Number of repos found.' }),
  isRelaxed: z.boolean().meta({ description: 'True if no repo has all words, so that these have most of them.' }),
  semantic: z
    .object({
      ratio: z.number(),
      isUsed: z.boolean(),
      byMeaning: count.optional().meta({ description: 'Number of repos that were found by their meaning only.' }),
      reason: z.object({ code: z.string(), text: z.string() }).optional().meta({ description: 'Why vectors took no part.' }),
    })
    .nullable()
    .meta({ description: 'Whether vectors took part; null if they were not asked for.' }),
  hits: z.array(hit),
  facets: z
    .partialRecord(filterField, z.record(z.string(), count))
    .meta({ description: 'Repos per value. A facet ignores the filter on its own field. Sort by count: keys have no order.' }),
  truncatedFacets: z.array(filterField).meta({ description: 'Facets that have more values.' }),
  histograms: z.partialRecord(rangeField, z.array(bucket)).optional().meta({
    description: 'Repos per bucket. A histogram ignores the range on its own field. Buckets without repos are listed.',
  }),
  histogramSample: count.optional().meta({
    description:
      'Set if more than 20,000 repos are found: `histograms` are estimates, and this many repos were counted for them.',
  }),
  unknownValues: z
    .array(z.object({ field: filterField, value: z.string(), meant: z.string().nullable() }))
    .optional()
    .meta({ description: 'Filter values that no repo has, with the nearest one that some repo has.' }),
  didYouMean: z
    .string()
    .nullable()
    .meta({ description: 'The nearest words with which more is found, if no repo has all words.' }),
  tookMs: z.number(),
  nextCursor,
})

export const searchRoute = {
  method: 'GET',
  path: '/api/v1/search',
  summary: 'Search repos by words, filters, ranges and facets.',
  query: searchQuery,
  answer: searchAnswer,
  isTable: true,
} as const satisfies ApiRoute

import { z } from 'zod'
import { cardRoute, filesRoute, repoRoute, similarRoute } from '../../server/api/repos.ts'
import { page } from '../../server/api/values.ts'
import { repoInput } from './repo-input.ts'
import { agentHit } from './search-repos.ts'
import { defineTool, shortJson, slices, whole, withoutEmpty } from './tool.ts'

/** Of a README in one answer. Longer ones have a cursor. */
const README_CHARACTERS = 15_000
const FRONT_MATTER_CHARACTERS = 3_000
const FILES = 200
const SIMILAR = 10

const identity = { kind: z.string(), id: z.string(), hubId: z.string() }
const { text, bytes, truncated } = cardRoute.answer.shape

export const getRepo = defineTool({
  name: 'get_repo',
  title: 'Get a repo',
  description:
    'What the catalog knows about one repo: license, downloads, sizes, base models, state of the crawl and more. `part` asks ' +
    'for its README, its files, or repos like it instead.',
  input: z.strictObject({
    ...repoInput,
    part: z.enum(['summary', 'readme', 'files', 'similar']).default('summary'),
    cursor: page.cursor,
  }),
  data: z.object({
    repo: z.looseObject(identity).optional().meta({ description: 'With its other fields that are not empty.' }),
    readme: z.object({ frontMatter: z.unknown().optional(), text, bytes, isIncomplete: truncated }).optional().meta({
      description: 'Front matter comes with the first page. `text` is null if it was not fetched, or the repo has none.',
    }),
    files: z.array(filesRoute.answer.shape.files.element.partial().required({ path: true })).optional(),
    fileCount: z.int().optional(),
    similar: z.array(z.looseObject(identity)).optional().meta({ description: 'As hits of search_repos, most alike first.' }),
  }),
  longestText: README_CHARACTERS,
  open: ({ kind, id, part, cursor }, call) => {
    const params = { kind, id }
    switch (part) {
      case 'summary':
        return whole(async () => ({ repo: withoutEmpty(await call(repoRoute, { params })) }))
      case 'readme':
        return readme(() => call(cardRoute, { params }), { params, cursor })
      case 'files':
        return {
          limit: FILES,
          getPage: async (limit) => {
            const { count, files, nextCursor } = await call(filesRoute, { params, query: { limit, cursor } })
            return { data: { files: files.map(withoutEmpty), fileCount: count }, size: files.length, nextCursor }
          },
        }
      case 'similar':
        return {
          limit: SIMILAR,
          getPage: async (limit) => {
            const { hits } = await call(similarRoute, { params, query: { limit } })
            return {
              data: {
                similar: hits.map(({ similarity, ...hit }) => ({
                  ...withoutEmpty(agentHit.parse(hit)),
                  similarity: similarity.score,
                })),
              },
              size: hits.length,
              nextCursor: null,
            }
          },
        }
    }
  },
})

type Card = z.output<typeof cardRoute.answer>

/** Pages through the text of a README. Its front matter comes with the first page. */
function readme(read: () => Promise<Card>, { params, cursor }: { params: object; cursor: string | undefined }) {
  let card: Card | undefined
  const opened = slices(
    { key: ['readme', params], cursor, limit: README_CHARACTERS },
    async () => {
      card = await read()
      return card.text ?? ''
    },
    (part) => ({
      readme: {
        ...(cursor === undefined && { frontMatter: shortJson(card?.card ?? null, FRONT_MATTER_CHARACTERS) }),
        text: card?.text == null ? null : part,
        bytes: card?.bytes ?? null,
        isIncomplete: card?.truncated ?? false,
      },
    }),
  )
  return { ...opened, unit: 'characters' }
}

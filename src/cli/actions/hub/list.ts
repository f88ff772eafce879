import { isObject } from '../../../hub/is-object.ts'
import { kindOfPlural } from '../../../hub/kinds.ts'
import type { ListParameters } from '../../../hub/listing/list-parameters.ts'
import { renderTable } from '../../../output/table.ts'
import { type CommandContext, UsageError } from '../../command.ts'
import { repoKind } from '../../input/arguments.ts'
import { withHub } from './person-hub.ts'

interface ListFlags {
  search?: string[]
  author?: string
  filter?: string[]
  sort?: string
  ascending?: boolean
  limit: number
  full?: boolean
  expand?: string[]
  gated?: 'true' | 'false'
  pipelineTag?: string
  library?: string
  numParameters?: string
  inference?: string
  inferenceProvider?: string[]
  apps?: string[]
  cardData?: boolean
  withConfig?: boolean
  models?: string[]
  datasets?: string[]
  linked?: boolean
}

const MAX_PAGE = 1000

/** `hubdex hub list`: lists repos on the Hub. */
export async function listAction(context: CommandContext, flags: ListFlags, [kinds = '']: readonly string[]): Promise<number> {
  const kind = kindOfPlural(kinds) ?? repoKind(kinds)
  const parameters = parametersOf(flags)
  const items: unknown[] = []
  await withHub(context, async (hub) => {
    for await (const page of hub.listPages(kind, parameters, { signal: context.signal })) {
      items.push(...page.items)
      if (items.length >= flags.limit) break
    }
  })
  const listed = items.slice(0, flags.limit)
  context.answer(listed, () => (listed.length === 0 ? 'No repo matches.' : tableOf(listed, context.width)))
  return 0
}

function parametersOf(flags: ListFlags): ListParameters {
  const { limit, ascending = false, gated, expand, full, cardData, withConfig, linked, ...others } = flags
  if (ascending && flags.sort !== 'createdAt') throw new UsageError('--ascending requires --sort createdAt.')
  const hasOtherShape = full === true || cardData === true || withConfig === true || linked === true
  if (expand !== undefined && hasOtherShape) {
    throw new UsageError('--expand cannot be combined with --full, --card-data, --with-config or --linked. Leave out one side.')
  }
  return {
    ...known(others),
    ...(ascending ? { direction: 1 as const } : {}),
    limit: Math.min(limit, MAX_PAGE),
    expand: expand ?? [],
    full,
    cardData,
    config: withConfig,
    linked,
    gated: gated === undefined ? undefined : gated === 'true',
  }
}

/** Global options are among the flags. */
function known(flags: Omit<ListFlags, 'limit'>): ListParameters {
  const { search, author, filter, sort, pipelineTag, library, numParameters, inference, inferenceProvider, apps } = flags
  const { models, datasets } = flags
  const ofModels = { pipelineTag, library, numParameters, inference, inferenceProvider, apps }
  return { search, author, filter, sort, ...ofModels, models, datasets }
}

const COLUMNS = ['id', 'downloads', 'likes', 'pipeline_tag', 'sdk', 'gated', 'lastModified', 'createdAt'] as const

/** The usual columns that any repo has, and whatever else was expanded. */
function tableOf(items: readonly unknown[], width: number | undefined): string {
  const repos = items.filter(isObject)
  const has = (name: string) => repos.some((repo) => repo[name] !== undefined)
  const usual = COLUMNS.filter(has)
  const isExpanded = !has('private') && !has('tags')
  const others = isExpanded ? [...new Set(repos.flatMap(Object.keys))].filter((name) => name !== '_id') : []
  const columns = [...new Set<string>([...usual, ...others])]
  const rows = repos.map((repo) => Object.fromEntries(columns.map((name) => [name, repo[name] ?? null])))
  return renderTable(rows, { width, dropFirst: ['createdAt', 'lastModified'] })
}

import type { HubClient } from '../../../hub/client.ts'
import { toJson } from '../../../output/json.ts'
import { type CommandContext, UsageError } from '../../command.ts'
import type { VIEWS } from '../../commands/hub/options.ts'
import { repoArgument, withHub } from './person-hub.ts'

/** `hubdex hub viewer WHAT DATASET [CONFIG] [SPLIT]`. */
export async function viewerAction(
  context: CommandContext,
  _flags: object,
  [what = '', given = '', config, split]: readonly string[],
): Promise<number> {
  const { id } = repoArgument(given, 'dataset', context)
  const view = what as (typeof VIEWS)[number]
  if (view === 'statistics' && (config === undefined || split === undefined)) {
    throw new UsageError('Statistics are those of one split. Add its config and its name, such as default train.')
  }
  if (view !== 'statistics' && split !== undefined) throw new UsageError(`${view} has no split. Leave out ${split}.`)
  if (view === 'is-valid' && config !== undefined) throw new UsageError(`${view} has no config. Leave out ${config}.`)
  const answer = await withHub(context, (hub) => read(hub, view, { id, config, split, signal: context.signal }))
  context.answer(answer, () => toJson(answer, 2))
  return 0
}

function read(
  { viewer }: HubClient,
  view: (typeof VIEWS)[number],
  { id, config, split = '', signal }: { id: string; config?: string; split?: string; signal: AbortSignal },
): Promise<Record<string, unknown>> {
  switch (view) {
    case 'is-valid':
      return viewer.isValid(id, { signal })
    case 'statistics':
      return viewer.statistics(id, config ?? '', split, { signal })
    default:
      return viewer[view](id, { config, signal })
  }
}

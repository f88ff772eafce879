import { isObject } from '../../../hub/is-object.ts'
import { kindOfPlural } from '../../../hub/kinds.ts'
import { renderTable } from '../../../output/table.ts'
import { type CommandContext, UsageError } from '../../command.ts'
import { EXIT_FAILED } from '../../exit-codes.ts'
import { repoKind } from '../../input/arguments.ts'
import { withHub } from './person-hub.ts'

/** `hubdex hub tags`: lists tags by type. */
export async function tagsAction(
  context: CommandContext,
  { type }: { type?: string },
  [kinds = '']: readonly string[],
): Promise<number> {
  const kind = kindOfPlural(kinds) ?? repoKind(kinds)
  if (kind === 'space') throw new UsageError('The Hub lists no tags of Spaces. Expected models or datasets.')
  const tags = await withHub(context, (hub) => hub.tagsByType(kind, { type, signal: context.signal }))
  const ofType = type === undefined ? undefined : tags[type]
  if (type !== undefined && (!Array.isArray(ofType) || ofType.length === 0)) {
    context.log(`The Hub lists no tags of the type ${type}. \`hubdex hub tags ${kind}s\` lists the types.`)
    return EXIT_FAILED
  }
  context.answer(tags, () =>
    renderTable(
      Array.isArray(ofType)
        ? ofType.filter(isObject).map(({ id, label }) => ({ id, label }))
        : Object.entries(tags).map(([name, list]) => ({ type: name, tags: Array.isArray(list) ? list.length : null })),
      { width: context.width },
    ),
  )
  return 0
}

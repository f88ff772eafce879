import { RepoNotFound } from '../../../hub/errors.ts'
import { renderTable } from '../../../output/table.ts'
import { type CommandContext, UsageError } from '../../command.ts'
import { repoArgument, withHub } from './person-hub.ts'

interface InfoFlags {
  kind?: string
  revision?: string
  expand?: string[]
  blobs?: boolean
  security?: boolean
}

/** `hubdex hub info ID`: shows the Hub's details of a repo. */
export async function infoAction(context: CommandContext, flags: InfoFlags, [given = '']: readonly string[]): Promise<number> {
  const { id, kind } = repoArgument(given, flags.kind, context)
  const { revision, expand, blobs, security } = flags
  if (expand !== undefined && (blobs || security)) {
    throw new UsageError('--expand cannot be combined with --blobs or --security. Leave out one side.')
  }
  const options = { revision, expand, blobs, securityStatus: security, signal: context.signal }
  const { repo } = await withHub(context, async (hub) => {
    try {
      return await hub.repoDetail(kind, id, options)
    } catch (error) {
      if (error instanceof RepoNotFound && flags.kind === undefined && kind === 'model') {
        context.log(`${id} was looked up as a model; for others add --kind dataset or --kind space.`)
      }
      throw error
    }
  })
  context.answer(repo, () => renderTable(Object.entries(repo).map(rowOf), { width: context.width }))
  return 0
}

/** Lists of files and the like are counted: `--json` has them. */
function rowOf([property, value]: [string, unknown]): object {
  const isLong = Array.isArray(value) && value.length > 10
  return { property, value: isLong ? `${value.length} entries` : typeof value === 'number' ? String(value) : value }
}

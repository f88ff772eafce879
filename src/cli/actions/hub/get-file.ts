import { basename } from 'node:path'
import type { CommandContext } from '../../command.ts'
import { repoArgument, withHub } from './person-hub.ts'
import { readByteRange, saveFile } from './save-file.ts'

interface GetFlags {
  kind?: string
  revision?: string
  output?: string
  range?: string
}

/** `hubdex hub files get`: downloads a file of a repo. */
export async function getFileAction(
  context: CommandContext,
  { kind: kindFlag, revision = 'main', output, range }: GetFlags,
  [given = '', path = '']: readonly string[],
): Promise<number> {
  const { id, kind } = repoArgument(given, kindFlag, context)
  const part = range === undefined ? undefined : readByteRange(range)
  return await withHub(context, async (hub) => {
    const at = (commit: string) => hub.files.url(kind, id, path, commit)
    return await saveFile(context, hub, { url: at(revision), at, name: basename(path), output, part })
  })
}

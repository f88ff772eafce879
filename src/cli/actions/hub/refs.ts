import type { CommandAction } from '../../command.ts'
import { change, type SafetyFlags } from '../../input/confirm.ts'
import { repoArgument, withHub } from './person-hub.ts'

interface RefFlags extends SafetyFlags {
  kind?: string
}

/** `hubdex hub repo branch create ID NAME`, and the same for a tag. */
export function createRefAction(ref: 'branch' | 'tag'): CommandAction<RefFlags & { revision: string }> {
  return async (context, flags, [given = '', name = '']) => {
    const { id, kind } = repoArgument(given, flags.kind, context)
    const { revision } = flags
    return await change(context, { what: `Create the ${ref} ${name} of the ${kind} ${id} at ${revision}`, flags }, () =>
      withHub(context, async (hub) => {
        await hub.files.createRef(kind, id, ref, { name, revision }, context)
        context.answer({ kind, id, [ref]: name, revision }, () => `Created the ${ref} ${name} of ${id} at ${revision}.`)
      }),
    )
  }
}

/** `hubdex hub repo branch delete ID NAME`, and the same for a tag. */
export function deleteRefAction(ref: 'branch' | 'tag'): CommandAction<RefFlags> {
  return async (context, flags, [given = '', name = '']) => {
    const { id, kind } = repoArgument(given, flags.kind, context)
    const what = `Delete the ${ref} ${name} of the ${kind} ${id}`
    return await change(context, { what, flags, isDestructive: true }, () =>
      withHub(context, async (hub) => {
        await hub.files.deleteRef(kind, id, ref, name, context)
        context.answer({ kind, id, [ref]: name, deleted: true }, () => `Deleted the ${ref} ${name} of ${id}.`)
      }),
    )
  }
}

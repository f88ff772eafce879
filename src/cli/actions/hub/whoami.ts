import { renderTable } from '../../../output/table.ts'
import type { CommandContext } from '../../command.ts'
import { withHub } from './person-hub.ts'

/** `hubdex hub whoami`: shows the account of the token. */
export async function whoamiAction(context: CommandContext): Promise<number> {
  const { name, fullname, type, isPro, orgs, token, payload } = await withHub(context, (hub) => hub.whoami())
  context.answer(payload, () => {
    const plan = isPro ? 'PRO' : 'free'
    const facts = { name, 'full name': fullname, type, plan, token: token?.displayName, role: token?.role }
    const table = renderTable([facts], { width: context.width })
    return orgs.length === 0 ? table : `${table}\n\n${renderTable(orgs, { width: context.width })}`
  })
  return 0
}

import { describeSettings } from '../../config/describe-settings.ts'
import { renderTable } from '../../output/table.ts'
import type { CommandContext } from '../command.ts'

/** `hubdex config`: shows every setting with its value and source. */
export async function configAction({ loaded, width, answer }: CommandContext): Promise<number> {
  const rows = describeSettings(loaded)
  // As text, so that a port is not printed as 8,000.
  const texts = rows.map((row) => ({ ...row, value: row.value === null ? '' : String(row.value) }))
  answer(rows, () => renderTable(texts, { width }))
  return 0
}

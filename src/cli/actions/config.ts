import { describeSettings } from '../../config/describe-settings.ts'
import { renderTable } from '../../output/table.ts'
import type { CommandContext } from '../command.ts'

/** `hubdex config`: every setting, its value and where that came from. */
export async function configAction({ loaded, width, answer }: CommandContext): Promise<number> {
  const rows = describeSettings(loaded)
  // As one writes them: a port of 8,000 is none.
  const texts = rows.map((row) => ({ ...row, value: row.value === null ? '' : String(row.value) }))
  answer(rows, () => renderTable(texts, { width }))
  return 0
}

import { migrate } from '../../catalog/migrate.ts'
import { ensureReaderRole } from '../../catalog/postgres/reader-role.ts'
import { renderTable } from '../../output/table.ts'
import { connect } from '../../service/open/catalog.ts'
import type { CommandContext } from '../command.ts'

/** `hubdex db migrate`: brings the schema up to date. Every command that opens the catalog does so too. */
export async function migrateAction(context: CommandContext): Promise<number> {
  const connection = await connect(context)
  try {
    const outcomes = await migrate(connection.db)
    const rows = outcomes.map(({ name, applied }) => ({
      migration: name,
      state: applied ? 'applied now' : 'was there',
    }))
    const advice = connection.engine === 'postgres' ? await ensureReaderRole(connection.db) : undefined
    if (advice !== undefined) context.log(advice)
    context.answer(outcomes, () => renderTable(rows))
    return 0
  } finally {
    await connection.close()
  }
}

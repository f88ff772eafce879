import { migrate } from '../../catalog/migrate.ts'
import { ensureReaderRole } from '../../catalog/postgres/reader-role.ts'
import { renderTable } from '../../output/table.ts'
import { connect } from '../../service/open/catalog.ts'
import type { CommandContext } from '../command.ts'

/** `hubdex db migrate`: migrates the schema, as does every command that opens the catalog. */
export async function migrateAction(context: CommandContext): Promise<number> {
  const connection = await connect(context)
  try {
    const outcomes = await migrate(connection.db)
    const rows = outcomes.map(({ name, applied }) => ({
      migration: name,
      state: applied ? 'applied now' : 'already applied',
    }))
    const advice = connection.engine === 'postgres' ? await ensureReaderRole(connection.db) : undefined
    if (advice !== undefined) context.log(advice)
    context.answer(outcomes, () => renderTable(rows))
    return 0
  } finally {
    await connection.close()
  }
}

import { Command } from 'commander'
import { migrate } from '../catalog/migrate.ts'
import { keepReaders } from '../catalog/readers.ts'
import { connect } from './catalog.ts'
import { defineCommand, type Run } from './command.ts'
import { renderTable } from './output/table.ts'

/** `hubdex db migrate`: brings the schema up to date. Every command that opens the catalogue does so too. */
export function databaseCommand(run: Run): Command {
  const migrateCommand = defineCommand({
    name: 'migrate',
    summary: 'Bring the schema of the catalogue up to this version',
    description:
      'Brings the schema of the catalogue up to this version. Other commands do it too when they open the catalogue; ' +
      'run it apart where they may not change the schema, or to see what was applied. On a server it also keeps the role ' +
      'hubdex_readers: `grant hubdex_readers to alice` lets alice search, show, ask for the status and run SQL, and write nothing.',
    examples: ['DATABASE_URL=postgres://… hubdex db migrate'],
  }).action(
    run(async (context) => {
      const connection = await connect(context)
      try {
        const outcomes = await migrate(connection.db)
        const rows = outcomes.map(({ name, applied }) => ({
          migration: name,
          state: applied ? 'applied now' : 'was there',
        }))
        const advice = connection.engine === 'postgres' ? await keepReaders(connection.db) : undefined
        if (advice !== undefined) context.log(advice)
        context.answer(outcomes, () => renderTable(rows))
        return 0
      } finally {
        await connection.close()
      }
    }),
  )
  return new Command('db')
    .summary("The catalogue's schema")
    .description("The catalogue's schema")
    .addCommand(migrateCommand)
}

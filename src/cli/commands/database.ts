import { Command } from 'commander'
import { defineCommand, type Run } from '../command.ts'

/** `hubdex db migrate`: brings the schema up to date. Every command that opens the catalog does so too. */
export function databaseCommand(run: Run): Command {
  const migrateCommand = defineCommand({
    name: 'migrate',
    summary: 'Bring the schema of the catalog up to this version',
    description:
      'Brings the schema of the catalog up to this version. Other commands do it too when they open the catalog; ' +
      'run it apart where they may not change the schema, or to see what was applied. On a server it also keeps the role ' +
      'hubdex_readers: `grant hubdex_readers to alice` lets alice search, show, ask for the status and run SQL, and write nothing.',
    examples: ['DATABASE_URL=postgres://… hubdex db migrate'],
  }).action(run(async () => (await import('../actions/database.ts')).migrateAction))
  return new Command('db')
    .summary("The catalog's schema")
    .description("The catalog's schema")
    .addCommand(migrateCommand)
}

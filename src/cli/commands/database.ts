import { Command } from 'commander'
import { defineCommand, type Run } from '../command.ts'

/** `hubdex db migrate`: migrates the schema of the catalog. */
export function databaseCommand(run: Run): Command {
  const migrateCommand = defineCommand({
    name: 'migrate',
    summary: 'Migrate the schema of the catalog to this version',
    description:
      'Migrates the schema of the catalog to this version. Other commands do so too when they open the catalog; run this ' +
      'if they may not change the schema, or to see what was applied. On a server it also maintains the role hubdex_readers: ' +
      'after `grant hubdex_readers to alice`, alice can search, show, read the status and run SQL, but not write.',
    examples: ['DATABASE_URL=postgres://… hubdex db migrate'],
  }).action(run(async () => (await import('../actions/database.ts')).migrateAction))
  return new Command('db').summary("The catalog's schema").description("The catalog's schema").addCommand(migrateCommand)
}

/** The program that `createDatabaseFiles` runs: creates a database in the folder given as argument. */
import { openPglite } from './open-pglite.ts'

const [directory] = process.argv.slice(2)
if (directory === undefined) throw new Error('Expected the folder to initialize as the only argument.')

const die = (reason: string): never => {
  console.error(reason)
  process.exit(1)
}

try {
  const { pglite } = await openPglite({ directory, onAbort: die })
  await pglite.close()
} catch (error) {
  die(error instanceof Error ? error.message : String(error))
}

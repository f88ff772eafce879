import { openConnection } from '../../../src/catalog/connection.ts'
import { migrate } from '../../../src/catalog/migrate.ts'
import { PostgresSearchEngine } from '../../../src/search/postgres/engine.ts'
import { catalogTargets } from '../../support/catalog/embedded.ts'
import { describeSearchEngine } from '../conformance.ts'

for (const { engine, create } of catalogTargets) {
  describeSearchEngine(`Postgres, ${engine}`, async () => {
    const { target, remove } = await create({ hasSchema: true })
    const connection = await openConnection(target)
    await migrate(connection.db)
    return {
      engine: new PostgresSearchEngine(connection),
      close: async () => {
        await connection.close()
        await remove()
      },
    }
  })
}

import { readRepo } from '../../../src/catalog/repos/record.ts'
import { writeRepos } from '../../../src/catalog/repos/write-page.ts'
import { createStageStore, type StageStore } from '../../../src/catalog/stages/stage-store.ts'
import type { RepoKind } from '../../../src/hub/kinds.ts'
import type { TestCatalog } from '../../support/catalog/catalog.ts'
import { sendHeartbeat, testOwner } from '../../support/catalog/owners.ts'
import { hubIdOf } from '../../support/hub/pages.ts'

/** Writes repos as a listing would. Each has an `_id`, and by default the name `owner/repo-<number>`. */
export async function addRepos(
  catalog: TestCatalog,
  kind: RepoKind,
  payloads: readonly ({ number: number } & Record<string, unknown>)[],
): Promise<void> {
  const records = payloads.map(({ number, ...payload }) => {
    const record = readRepo(kind, {
      _id: hubIdOf(number),
      id: `owner/repo-${number}`,
      sha: `sha-${number}`,
      ...payload,
    })
    if ('reason' in record) throw new Error(record.reason)
    return record
  })
  await writeRepos(catalog.connection, records)
}

/** The store of a process that sends a heartbeat, and deletes dead processes, whenever it claims tasks. */
export function storeOf(catalog: TestCatalog, name = 'test', gone: readonly string[] = []): StageStore {
  const owner = testOwner(name, gone)
  const store = createStageStore(catalog.connection, owner)
  return {
    ...store,
    claimTasks: async (stage, most) => {
      await sendHeartbeat(catalog, owner)
      return await store.claimTasks(stage, most)
    },
  }
}

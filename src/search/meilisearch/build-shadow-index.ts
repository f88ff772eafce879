import { setTimeout as sleep } from 'node:timers/promises'
import type { IndexBuild } from '../search-engine.ts'
import { SearchUnavailable } from '../search-unavailable.ts'
import { applyBatch } from './apply-batch.ts'
import { applySettings } from './apply-settings.ts'
import type { MeilisearchConnection } from './connection.ts'
import { ensureIndex, identityOf } from './ensure-index.ts'
import { performed } from './tasks.ts'

const SWAP_TIMEOUT_MS = 600_000

/** Builds an index in the spare one, which then swaps names with the one that is searched. */
export async function buildShadowIndex(connection: MeilisearchConnection): Promise<IndexBuild> {
  const { client, index, spareIndex } = connection
  // What an interrupted build has left. Refused where there is nothing.
  const remove = async () => void (await performed(connection, () => spareIndex.delete()))
  await remove()
  await ensureIndex(connection, spareIndex)
  // Before there are documents: then it costs nothing.
  await applySettings(connection, spareIndex)
  const identity = await identityOf(connection, spareIndex)
  return {
    identity,
    isInPlace: false,
    apply: (batch) => applyBatch(connection, spareIndex, batch),
    putInPlace: async () => {
      await connection.ask(() => client.swapIndexes([{ indexes: [index.uid, spareIndex.uid], rename: false }]))
      await untilInPlace(connection, identity)
    },
    cleanUp: remove,
  }
}

/** Looks at what came of it: the task itself may be seen only with a key for all indexes. */
async function untilInPlace(connection: MeilisearchConnection, identity: string): Promise<void> {
  const deadline = performance.now() + SWAP_TIMEOUT_MS
  while ((await identityOf(connection, connection.index)) !== identity) {
    if (performance.now() > deadline) {
      throw new SearchUnavailable(
        `Meilisearch at ${connection.address} did not put the new index in place of ${connection.index.uid} within ten ` +
          'minutes. Its tasks say why; then run `hubdex index rebuild` again.',
      )
    }
    await sleep(50)
  }
}

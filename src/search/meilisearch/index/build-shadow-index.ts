import { setTimeout as sleep } from 'node:timers/promises'
import type { EmbedderSpec } from '../../../catalog/embeddings/embedder.ts'
import type { IndexBuild } from '../../search-engine.ts'
import { SearchUnavailable } from '../../search-unavailable.ts'
import type { MeilisearchConnection } from '../server/connection.ts'
import { runTask } from '../server/tasks.ts'
import { applyBatch } from './apply-batch.ts'
import { applySettings } from './apply-settings.ts'
import { ensureIndex, identityOf } from './ensure-index.ts'
import { addEmbedder } from './vectors.ts'

const SWAP_TIMEOUT_MS = 600_000

/** Builds a shadow index, which then swaps names with the current one. */
export async function buildShadowIndex(connection: MeilisearchConnection, embedder?: EmbedderSpec): Promise<IndexBuild> {
  const { client, index, shadowIndex } = connection
  // Left by an interrupted build. Refused if there is none.
  const remove = async () => void (await runTask(connection, () => shadowIndex.delete()))
  await remove()
  await ensureIndex(connection, shadowIndex)
  // Free as long as there are no documents.
  await applySettings(connection, shadowIndex)
  if (embedder !== undefined) await addEmbedder(connection, shadowIndex, embedder)
  const identity = await identityOf(connection, shadowIndex)
  return {
    identity,
    append: (batch) => applyBatch(connection, shadowIndex, batch),
    endAppending: async () => undefined,
    apply: (batch) => applyBatch(connection, shadowIndex, batch),
    activate: async () => {
      await connection.ask(() => client.swapIndexes([{ indexes: [index.uid, shadowIndex.uid], rename: false }]))
      await waitUntilActive(connection, identity)
    },
    cleanUp: remove,
  }
}

/** Polls the identity, because the swap task is visible only with a key for all indexes. */
async function waitUntilActive(connection: MeilisearchConnection, identity: string): Promise<void> {
  const deadline = performance.now() + SWAP_TIMEOUT_MS
  while ((await identityOf(connection, connection.index)) !== identity) {
    if (performance.now() > deadline) {
      throw new SearchUnavailable(
        'task-failed',
        `Meilisearch at ${connection.address} did not swap the new index for ${connection.index.uid} within ten minutes. Its ` +
          'tasks say why; then run `hubdex index rebuild` again.',
      )
    }
    await sleep(50)
  }
}

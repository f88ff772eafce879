import { STAGES } from '../../../src/catalog/schema.ts'
import { createStageStore } from '../../../src/catalog/stages/stage-store.ts'
import { runStages, type StageOutcomes, type StageRun } from '../../../src/crawl/stages/run-stages.ts'
import { Turns } from '../../../src/crawl/turns.ts'
import { createHubClient } from '../../../src/hub/client.ts'
import type { TestCatalog } from './catalog.ts'
import { sendHeartbeat, testOwner } from './owners.ts'

/** One run of the stages, with short waits between retries. */
export async function stagesOnce(
  catalog: TestCatalog,
  endpoint: string,
  { owner = 'test', ...given }: Partial<StageRun> & { owner?: string } = {},
): Promise<StageOutcomes> {
  const hub = createHubClient({ endpoint, retries: 1, retryDelayMs: 1, connectTimeoutMs: 2_000 })
  const run = {
    stages: STAGES,
    concurrency: 4,
    includePrivate: false,
    turns: new Turns(),
    signal: new AbortController().signal,
  }
  try {
    await sendHeartbeat(catalog, testOwner(owner))
    const store = createStageStore(catalog.connection, testOwner(owner))
    return await runStages({ ...run, hub, emit: () => undefined, ...given }, store)
  } finally {
    await hub.close()
  }
}

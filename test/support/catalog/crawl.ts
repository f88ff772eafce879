import { createCollectionStore } from '../../../src/catalog/collections/collection-store.ts'
import { createPassStore } from '../../../src/catalog/passes/pass-store.ts'
import { createRemovalStore } from '../../../src/catalog/passes/removal-store.ts'
import { type CrawlOptions, crawl } from '../../../src/crawl/crawl.ts'
import type { CrawlEvent, PassOutcome } from '../../../src/crawl/events.ts'
import { Turns } from '../../../src/crawl/turns.ts'
import { createHubClient, type HubClientOptions } from '../../../src/hub/client.ts'
import { REPO_KINDS } from '../../../src/hub/kinds.ts'
import type { TestCatalog } from './catalog.ts'
import { sendHeartbeat, testOwner } from './owners.ts'

export interface TestCrawl extends Partial<CrawlOptions> {
  signal?: AbortSignal
  owner?: string
  /** The budgets of the process, if it makes several runs at once. */
  turns?: Turns
  client?: Partial<HubClientOptions>
  onEvent?: (event: CrawlEvent) => void
}

/** One run against a sample Hub, with short waits between retries. */
export async function crawlOnce(catalog: TestCatalog, endpoint: string, options: TestCrawl = {}): Promise<PassOutcome[]> {
  const { signal, owner = 'test', turns = new Turns(), client, onEvent, ...given } = options
  const hub = createHubClient({ endpoint, retryDelayMs: 5, connectTimeoutMs: 2_000, ...client })
  try {
    await sendHeartbeat(catalog, testOwner(owner))
    return await crawl(
      {
        kinds: [...REPO_KINDS, 'tags'],
        hub,
        pageSize: 100,
        includePrivate: false,
        scope: 'full',
        overlapMs: 600_000,
        maxRemovedShare: 0.1,
        ...given,
      },
      {
        store: createPassStore(catalog.connection, testOwner(owner)),
        removals: createRemovalStore(catalog.connection),
        collections: createCollectionStore(catalog.connection),
        turns,
        endpoint,
        signal: signal ?? new AbortController().signal,
        emit: (event) => onEvent?.(event),
      },
    )
  } finally {
    await hub.close()
  }
}

/** States by kind: `{model: 'complete', …}`. */
export function statesOf(outcomes: readonly PassOutcome[]): Record<string, string> {
  return Object.fromEntries(outcomes.map((outcome) => [outcome.kind, outcome.state]))
}

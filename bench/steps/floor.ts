import { createHubClient } from '../../src/hub/client.ts'
import { REPO_KINDS } from '../../src/hub/kinds.ts'
import { LISTING_EXPAND } from '../../src/hub/listing/expand.ts'
import { reportStep, stepParameters } from '../support/child.ts'

// The least that any crawl does: the same pages, fetched concurrently, parsed and discarded.
const { hubUrl } = stepParameters<{ hubUrl: string }>()
const hub = createHubClient({ endpoint: hubUrl })
const startedMs = performance.now()
let repos = 0
await Promise.all(
  REPO_KINDS.map(async (kind) => {
    const pages = hub.listPages(kind, { sort: 'createdAt', direction: 1, limit: 1000, expand: LISTING_EXPAND[kind] })
    for await (const page of pages) repos += page.items.length
  }),
)
reportStep(startedMs, { repos })
await hub.close()

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createRemovalStore } from '../../../src/catalog/passes/removal-store.ts'
import { createStageStore } from '../../../src/catalog/stages/stage-store.ts'
import { FillOnDemand } from '../../../src/crawl/fill/fill-on-demand.ts'
import { Turns } from '../../../src/crawl/turns.ts'
import { createHubClient, type HubClient } from '../../../src/hub/client.ts'
import { sharedCatalog } from '../../support/catalog/catalog.ts'
import { crawlOnce } from '../../support/catalog/crawl.ts'
import { anyCatalogTarget } from '../../support/catalog/embedded.ts'
import { sendHeartbeat, testOwner } from '../../support/catalog/owners.ts'
import { startMirror } from '../../support/hub/mirror.ts'
import { sharedHub } from '../../support/hub/sample-hub.ts'
import { answersOf } from './compare.ts'

describe.each(anyCatalogTarget)('a mirror that may ask the Hub ($engine)', ({ create }) => {
  const requests: string[] = []
  const siblings = [{ rfilename: 'README.md' }, { rfilename: 'model.bin' }]
  // The Hub always sends these.
  const usual = { siblings, tags: ['region:us'], 'model-index': null }
  const hub = sharedHub({
    payloads: {
      models: [
        { id: 'acme/model', ...usual },
        { id: 'acme/late', ...usual },
      ],
      datasets: [{ id: 'acme/rows', siblings, tags: ['region:us'], sampleParquet: { configs: { default: { train: 5 } } } }],
    },
    quota: 0,
    onRequest: (url) => requests.push(url),
  })
  const catalog = sharedCatalog(create)
  let client: HubClient
  let mirror: Awaited<ReturnType<typeof startMirror>>
  const ended = new AbortController()

  beforeAll(async () => {
    client = createHubClient({ endpoint: hub.url, retries: 0, retryDelayMs: 1 })
  })
  beforeEach(async () => {
    await mirror?.close()
    const owner = testOwner('mirror')
    await sendHeartbeat(catalog, owner)
    const fill = new FillOnDemand({
      hub: client,
      stages: createStageStore(catalog.connection, owner),
      removals: createRemovalStore(catalog.connection),
      includePrivate: false,
      turns: new Turns(),
      signal: ended.signal,
      emit: () => undefined,
    })
    mirror = await startMirror(catalog, hub.url, { fill })
    requests.length = 0
  })
  afterAll(async () => {
    await mirror?.close()
    await client.close()
  })

  const expectSame = async (path: string) => {
    const answers = await answersOf({ hub: hub.url, mirror: mirror.url }, path)
    expect(answers.mirror).toEqual(answers.hub)
  }
  /** Requests of the mirror, without those that it is compared with. */
  const spent = async (work: () => Promise<unknown>) => {
    requests.length = 0
    await work()
    return requests.length
  }

  it('fetches a repo that no crawl has seen, its files and its Parquet list', async () => {
    await expectSame('/api/models/acme/model?blobs=true')
    await expectSame('/api/models/acme/model/tree/main')
    await expectSame('/api/datasets/acme/rows/parquet')
    expect(await catalog.value(`select count(*) from models`)).toBe('1')
  })

  it('asks once for what many callers want, and not again for what it has', async () => {
    await crawlOnce(catalog, hub.url)
    const path = `${mirror.url}/api/models/acme/model/tree/main`
    const tree = () => fetch(path).then((answer) => answer.status)
    expect(await spent(async () => expect(await Promise.all([tree(), tree(), tree()])).toEqual([200, 200, 200]))).toBe(1)
    expect(await spent(tree)).toBe(0)
  })

  it('asks once for a name that does not exist', async () => {
    const missing = () => fetch(`${mirror.url}/api/models/nobody/nothing`).then((answer) => answer.status)
    expect(await missing()).toBe(401)
    expect(await spent(missing)).toBe(0)
  })

  it('spends nothing on lists, nor on fields that lists have', async () => {
    await crawlOnce(catalog, hub.url)
    expect(await spent(() => fetch(`${mirror.url}/api/models?full=true`))).toBe(0)
    expect(await spent(() => fetch(`${mirror.url}/api/models/acme/model?expand=likes`))).toBe(0)
  })
})

import type { Kysely } from 'kysely'
import { beforeEach, describe, expect, it } from 'vitest'
import { up as addHub } from '../../../migrations/0017-hub.ts'
import { claimHub, hubEndpoint, moveHub } from '../../../src/catalog/passes/hub-endpoint.ts'
import { OtherHub } from '../../../src/catalog/passes/other-hub.ts'
import { LeaseLost } from '../../../src/catalog/processes/lease-owner.ts'
import { sharedCatalog } from '../../support/catalog/catalog.ts'
import { catalogTargets } from '../../support/catalog/embedded.ts'
import { hubIdOf, PageWriter } from '../../support/hub/pages.ts'

const OWN = 'https://hub.example'
const OTHER = 'http://other.example'

describe.each(catalogTargets)('the Hub of a catalog ($engine)', ({ create }) => {
  const catalog = sharedCatalog(create)
  let own: PageWriter
  let other: PageWriter

  beforeEach(() => {
    own = new PageWriter(catalog, OWN)
    other = new PageWriter(catalog, OTHER)
  })

  const repo = (number: number) => ({ _id: hubIdOf(number), id: `a/repo-${number}` })
  const passes = () => catalog.rows('select endpoint, state from passes order by pass_id')

  it('is that of its first pass, and no pass of another begins', async () => {
    expect(await hubEndpoint(catalog.db)).toBeUndefined()
    await own.fullPass([repo(1)])
    expect(await hubEndpoint(catalog.db)).toBe(OWN)
    await expect(other.open()).rejects.toThrow(OtherHub)
    await expect(claimHub(catalog.db, OTHER)).rejects.toThrow(
      /http:\/\/other\.example.*HUBDEX_PREVIOUS_ENDPOINT=https:\/\/hub\.example/,
    )
    expect(await passes()).toEqual([{ endpoint: OWN, state: 'complete' }])
    await own.fullPass([])
    expect(await catalog.rows('select hub_id from catalog.removal_candidates')).toEqual([{ hub_id: hubIdOf(1) }])
  })

  it('is only one if two are claimed at once', async () => {
    await catalog.rows(`insert into catalog.repos (hub_id, kind, id, content_hash, payload)
      values ('${hubIdOf(1)}', 'model', 'a/b', md5('')::uuid, '{}')`)
    const claims = await Promise.allSettled([claimHub(catalog.db, OWN), claimHub(catalog.db, OTHER)])
    expect(claims.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  })

  it('can change while nothing was written, which stops passes of the former one', async () => {
    const mistyped = await other.open()
    await own.open()
    expect(await hubEndpoint(catalog.db)).toBe(OWN)
    await expect(other.write(mistyped, [repo(1)])).rejects.toThrow(LeaseLost)
    expect(await passes()).toEqual([{ endpoint: OWN, state: 'running' }])
  })

  it('is the same in another spelling, and passes resume', async () => {
    const spelled = new PageWriter(catalog, 'HTTPS://Hub.Example:443/')
    await spelled.fullPass([repo(1), repo(2)])
    await spelled.write(await spelled.open(), [repo(1)], `${OWN}/api/models?cursor=2`)
    expect(await own.open()).toMatchObject({ cursor: `${OWN}/api/models?cursor=2`, resumed: true })
    expect(await hubEndpoint(catalog.db)).toBe(OWN)
    expect(await passes()).toEqual([
      { endpoint: OWN, state: 'complete' },
      { endpoint: OWN, state: 'running' },
    ])
    expect(await moveHub(catalog.db, 'https://HUB.example', OWN)).toBe(false)
    expect(await moveHub(catalog.db, 'https://HUB.example', OTHER)).toBe(true)
  })

  it('can move to another address: passes stay, and an unfinished one restarts from the first page', async () => {
    await own.fullPass([repo(1), repo(2)])
    const unfinished = await own.open()
    await own.write(unfinished, [repo(1)], `${OWN}/api/models?cursor=2`)
    expect(await moveHub(catalog.db, OTHER, 'https://third.example')).toBe(false)
    expect(await moveHub(catalog.db, OWN, OTHER)).toBe(true)
    expect(await hubEndpoint(catalog.db)).toBe(OTHER)
    expect(await passes()).toEqual([
      { endpoint: OTHER, state: 'complete' },
      { endpoint: OTHER, state: 'interrupted' },
    ])
    // A process that still walks it at the former address has lost the lease.
    await expect(own.write(unfinished, [repo(3)])).rejects.toThrow(LeaseLost)
    const resumed = await other.open()
    expect(resumed).toMatchObject({ passId: unfinished.passId, cursor: null, resumed: true })
    await other.write(resumed, [repo(1)])
    expect(await catalog.rows('select hub_id from catalog.removal_candidates')).toEqual([{ hub_id: hubIdOf(2) }])
  })

  it('is that of the last pass in a catalog older than this record', async () => {
    await catalog.rows(`
      drop table catalog.hub;
      insert into catalog.passes (kind, scope, state, endpoint, pages) values
        ('model', 'full', 'complete', '${OTHER}', 9), ('model', 'full', 'failed', '${OWN}', 1),
        ('tags', 'full', 'complete', '${OTHER}', 1), ('model', 'recent', 'complete', '${OTHER}', 2),
        ('dataset', 'full', 'failed', '${OTHER}', 0)`)
    await addHub(catalog.db as unknown as Kysely<unknown>)
    expect(await hubEndpoint(catalog.db)).toBe(OWN)
  })
})

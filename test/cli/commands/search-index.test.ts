import { Meilisearch } from 'meilisearch'
import { describe, expect, inject, it } from 'vitest'
import { crawledHub } from '../../support/catalog/crawled-hub.ts'
import { anyCatalogTarget } from '../../support/catalog/embedded.ts'
import { hubdex } from '../../support/processes/hubdex.ts'
import { freePort } from '../../support/servers/throwaway-server.ts'

const url = inject('meiliUrl')
const INDEX = 'by-command'

describe.each(anyCatalogTarget)('hubdex index ($engine)', ({ create }) => {
  const { environment } = crawledHub(create, { repos: 60, seed: 4, quota: 0 })

  it('checks, repairs and rebuilds the index in Postgres', async () => {
    const checked = await hubdex(['index', 'check', '--json'], environment)
    expect(checked.code).toBe(0)
    expect(JSON.parse(checked.stdout)).toMatchObject({ index: 'postgres', hasDrifted: false })
    const rebuilt = await hubdex(['index', 'rebuild', '--json'], environment)
    expect(JSON.parse(rebuilt.stdout)).toEqual({ index: 'postgres', documents: 61 })
    const repaired = await hubdex(['index', 'repair', '--json'], environment)
    expect(JSON.parse(repaired.stdout)).toEqual({ compared: 61, mended: 0, orphans: 0 })
    expect((await hubdex(['index', 'check', '--sample', 'many'], environment)).code).toBe(2)
  })

  it('says what to do while Meilisearch is unreachable', async () => {
    const absent = { ...environment, MEILI_URL: `http://127.0.0.1:${await freePort()}` }
    const searched = await hubdex(['search', 'bert'], absent)
    expect(searched).toMatchObject({ code: 1, stdout: '' })
    expect(searched.stderr).toContain('MEILI_URL')
    const status = await hubdex(['status', '--json'], absent)
    expect(status.code).toBe(0)
    expect(JSON.parse(status.stdout).search.error.code).toBe('unreachable')
  })

  describe.skipIf(url === undefined)('with Meilisearch', () => {
    const client = new Meilisearch({
      host: url ?? 'http://localhost',
      apiKey: inject('meiliKey'),
      defaultWaitOptions: { timeout: 60_000 },
    })
    const withMeilisearch = () => ({
      ...environment,
      MEILI_URL: url ?? '',
      MEILI_API_KEY: inject('meiliKey'),
      HUBDEX_MEILI_INDEX: INDEX,
    })

    it('needs one rebuild after a switch from Postgres, and then searches there', async () => {
      const early = await hubdex(['search'], withMeilisearch())
      expect(early).toMatchObject({ code: 1, stderr: expect.stringContaining('hubdex index rebuild') })
      const rebuilt = await hubdex(['index', 'rebuild'], withMeilisearch())
      expect(rebuilt).toMatchObject({ code: 0, stdout: expect.stringMatching(/by-command .* 61 /) })
      const searched = JSON.parse((await hubdex(['search', '--facet', 'kind', '--json'], withMeilisearch())).stdout)
      expect(searched).toMatchObject({ total: 61, facets: { kind: { model: 30 } } })
    })

    it('finds documents deleted by somebody else, with exit code 1, and restores them', async () => {
      await client.index(INDEX).deleteDocuments({ filter: 'facets.kind = space' }).waitTask()
      const checked = await hubdex(['index', 'check', '--json'], withMeilisearch())
      expect(checked.code).toBe(1)
      expect(JSON.parse(checked.stdout)).toMatchObject({ sampled: 61, hasDrifted: true })
      const repaired = await hubdex(['index', 'repair', '--json'], withMeilisearch())
      expect(JSON.parse(repaired.stdout)).toEqual({ compared: 61, mended: 15, orphans: 0 })
      expect((await hubdex(['index', 'check'], withMeilisearch())).code).toBe(0)
    })

    it('removes the document of a forgotten repo', async () => {
      const { hits } = JSON.parse((await hubdex(['search', '--limit', '1', '--json'], withMeilisearch())).stdout)
      const [hit] = hits
      expect((await hubdex(['forget', hit.hubId, '--yes'], withMeilisearch())).code).toBe(0)
      await expect(client.index(INDEX).getDocument(hit.hubId)).rejects.toThrow()
    })
  })
})

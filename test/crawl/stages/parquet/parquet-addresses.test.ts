import { expect, test } from 'vitest'
import { addRepos } from '../../../catalog/stages/stage-catalog.ts'
import { sendJson, startServer } from '../../../hub/test-server.ts'
import { openTestCatalog } from '../../../support/catalog/catalog.ts'
import { anyCatalogTarget } from '../../../support/catalog/embedded.ts'
import { stagesOnce } from '../../../support/catalog/stages.ts'
import { hubIdOf } from '../../../support/hub/pages.ts'
import { parquetFile } from './parquet-file.ts'

const [target] = anyCatalogTarget

test('Footers are read of files that a mirror lists with unescaped names and addresses of another Hub', async () => {
  await using catalog = await openTestCatalog(target?.create ?? (() => expect.fail()))
  await addRepos(catalog, 'dataset', [{ number: 1, gated: false }])
  const file = parquetFile(25)
  const configs = ['c#', 'what?', '100%', 'a b', 'größe']
  const root = '/api/datasets/owner/repo-1/parquet'
  const addressOf = (config: string) => `https://huggingface.co${root}/${config}/train/0.parquet`
  const paths = new Set(configs.map((config) => `/hub${root}/${encodeURIComponent(config)}/train/0.parquet`))
  const server = await startServer((request, response) => {
    const { url = '' } = request
    if (url === `/hub${root}`) {
      const listing = configs.map((config) => [config, { train: [addressOf(config)] }])
      return sendJson(response, Object.fromEntries(listing))
    }
    if (paths.has(url)) return response.writeHead(200, { 'content-length': file.length }).end(file)
    // The branch of Parquet files is not mirrored, so only the listed addresses work.
    if (url.includes('/resolve/')) return sendJson(response, { error: 'none' }, { 'x-error-code': 'EntryNotFound' }, 404)
    return sendJson(response, { _id: hubIdOf(1), id: 'owner/repo-1', sha: 'sha-1' })
  })
  await stagesOnce(catalog, `${server.url}/hub`, { stages: ['parquet'] })
  const read = await catalog.rows('select config, rows from parquet_splits order by config collate "C"')
  expect(read).toEqual([...configs].sort().map((config) => ({ config, rows: '25' })))
  expect(await catalog.rows('select outcome, reason from repo_stages')).toEqual([{ outcome: 'done', reason: null }])
})

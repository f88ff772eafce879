import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'
import { createSampleHub } from '../../src/sample-hub/sample-hub.ts'
import { firstLine, startHubdex } from '../support/processes/hubdex-process.ts'
import { buildPage } from './support/build-page.ts'
import { findChromium } from './support/chromium.ts'

/** Takes the pictures of the README and of docs/charts-and-reports.md, over generated repos: `npm run screenshots`. */
const IMAGES = fileURLToPath(new URL('../../docs/images', import.meta.url))
const PICTURES = [
  { name: 'search', path: '/search?q=llama&filter=license%3Dapache-2.0%2Cmit', theme: 'light' },
  { name: 'sql', path: '/sql/licenses', theme: 'dark' },
] as const

const executablePath = findChromium()
if (executablePath === undefined) throw new Error('Expected a Chromium: install it, or set CHROMIUM_PATH.')

const hub = await createSampleHub({ repos: 6_000, seed: 1, quota: 0 })
const folder = await mkdtemp(join(tmpdir(), 'hubdex-screenshots-'))
await buildPage()
const environment = { HF_ENDPOINT: hub.url, HUBDEX_DATA_DIR: folder }
const crawl = await startHubdex(['crawl', '--stage-requests', '200'], environment).result
if (crawl.code !== 0) throw new Error(crawl.stderr)
const server = startHubdex(['up', '--json', '--port', '0'], { ...environment, HUBDEX_SCHEDULE_FULL: 'off' })
const { url } = JSON.parse(await firstLine(server)) as { url: string }
const report = await startHubdex(['report', join(folder, 'report')], environment).result
if (report.code !== 0) throw new Error(report.stderr)
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
const reader = await browser.newPage({ viewport: { width: 1180, height: 1180 }, colorScheme: 'light' })
await reader.goto(pathToFileURL(join(folder, 'report', 'index.html')).href)
await reader.screenshot({ path: join(IMAGES, 'report.png') })
for (const { name, path, theme } of PICTURES) {
  const page = await browser.newPage({ viewport: { width: 1180, height: 720 }, colorScheme: theme })
  // The first visit fills the caches of the server.
  for (const _visit of [1, 2]) {
    await page.goto(new URL(path, url).href)
    await page.waitForLoadState('networkidle')
  }
  await page.locator('.skeleton').first().waitFor({ state: 'detached' })
  await page.screenshot({ path: join(IMAGES, `${name}.png`) })
}
await browser.close()
server.child.kill('SIGINT')
await once(server.child, 'close')
await hub.close()
await rm(folder, { recursive: true })

import { once } from 'node:events'
import { type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { createSampleHub } from '../../../src/sample-hub/sample-hub.ts'
import { createAnyTarget } from '../../support/catalog/embedded.ts'
import { environmentOf, hubdex } from '../../support/processes/hubdex.ts'
import { firstLine, startHubdex } from '../../support/processes/hubdex-process.ts'
import { buildPage } from './build-page.ts'
import { testRepos } from './repos.ts'

/** A server with a crawled catalog, and a browser. */
export interface PageWorld {
  /** Without a slash at the end. */
  url: string
  /** Opens a path in a new tab. With options, the tab shares no storage with others. */
  open(path: string, options?: BrowserContextOptions): Promise<WatchedPage>
  close(): Promise<void>
}

export interface WatchedPage extends Page {
  /** Errors in the console, violations of the policy, and requests to other hosts. */
  problems: string[]
}

const VIEWPORT = { width: 1280, height: 800 }

/** No crawl may change what a test looks at. */
const WITHOUT_SCHEDULE = {
  HUBDEX_SCHEDULE_FULL: 'off',
  HUBDEX_SCHEDULE_RECENT: 'off',
  HUBDEX_SCHEDULE_STAGES: 'off',
  HUBDEX_SCHEDULE_TAGS: 'off',
}

/** Crawls a Hub with real, known and hostile repos, and serves the catalog as a user does. */
export async function openPageWorld(executablePath: string): Promise<PageWorld> {
  const payloads = await testRepos()
  const [hub, catalog] = await Promise.all([
    createSampleHub({ payloads, quota: 0 }),
    createAnyTarget({ hasSchema: true }),
    buildPage(),
  ])
  const environment = { HF_ENDPOINT: hub.url, ...environmentOf(catalog), ...WITHOUT_SCHEDULE }
  // The known and the hostile repos are the most wanted ones.
  const crawl = await hubdex(['crawl', '--stage-requests', '40'], environment)
  if (crawl.code !== 0) throw new Error(crawl.stderr)
  const command = startHubdex(['up', '--json', '--port', '0'], { ...environment, HUBDEX_BASE_PATH: '/some/prefix' })
  const { url } = JSON.parse(await firstLine(command)) as { url: string }
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  // Chromium starts processes for each window. The first tab holds one open, in which tests open theirs.
  let shared: BrowserContext | undefined
  const newTab = async () => {
    if (shared === undefined) {
      shared = await browser.newContext({ viewport: VIEWPORT })
      shared.on('close', () => (shared = undefined))
      await shared.newPage()
    }
    return await shared.newPage()
  }
  return {
    url: url.replace(/\/$/, ''),
    open: async (path, options) => {
      const page = await (options === undefined ? newTab() : browser.newPage({ viewport: VIEWPORT, ...options }))
      return await watched(page, url.replace(/\/$/, '') + path)
    },
    close: async () => {
      await browser.close()
      command.child.kill('SIGINT')
      await once(command.child, 'close')
      await Promise.all([hub.close(), catalog.remove()])
    },
  }
}

async function watched(empty: Page, address: string): Promise<WatchedPage> {
  const page = Object.assign(empty, { problems: [] as string[] })
  page.setDefaultTimeout(20_000)
  const origin = new URL(address).origin
  page.on('pageerror', (error) => page.problems.push(`error: ${error.message}`))
  page.on('console', (message) => {
    // An answer such as "not found" is no error of the page.
    const isAnswer = message.text().startsWith('Failed to load resource') && message.location().url.includes('/api/')
    if (['error', 'warning'].includes(message.type()) && !isAnswer) page.problems.push(`console: ${message.text()}`)
  })
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== origin && !/^(data|blob):/.test(request.url()))
      page.problems.push(`request: ${request.url()}`)
  })
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => {
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`)
    })
  })
  await page.goto(address)
  return page
}

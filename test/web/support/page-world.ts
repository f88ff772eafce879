import { once } from 'node:events'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
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
  /** Opens a path in the tab that tests share, as if it were new. With options, in a new one that shares no storage. */
  open(path: string, options?: BrowserContextOptions): Promise<WatchedPage>
  /** Goes to a path in the tab that tests share, without loading the page again, for tests of many views. */
  visit(path: string): Promise<WatchedPage>
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
  // Each tab is a process that starts, and compiles the page, anew.
  const shared = await newTab(browser)
  let own: WatchedPage | undefined
  return {
    url: url.replace(/\/$/, ''),
    open: async (path, options) => {
      await own?.close()
      own = options && (await newTab(browser, options))
      const page = own ?? shared
      if (page === shared) await restore(page)
      await page.goto(url.replace(/\/$/, '') + path)
      return page
    },
    visit: async (path) => {
      await restore(shared)
      await shared.evaluate((address) => {
        history.pushState(undefined, '', address)
        dispatchEvent(new PopStateEvent('popstate'))
      }, path)
      return shared
    },
    close: async () => {
      await browser.close()
      command.child.kill('SIGINT')
      await once(command.child, 'close')
      await Promise.all([hub.close(), catalog.remove()])
    },
  }
}

async function restore(page: WatchedPage): Promise<void> {
  page.problems.length = 0
  await page.unrouteAll()
  await page.setViewportSize(VIEWPORT)
  await page.emulateMedia({ colorScheme: 'light' })
}

async function newTab(browser: Browser, options?: BrowserContextOptions): Promise<WatchedPage> {
  const tab = await browser.newPage({ viewport: VIEWPORT, reducedMotion: 'reduce', ...options })
  const page = Object.assign(tab, { problems: [] as string[] })
  page.setDefaultTimeout(20_000)
  page.on('pageerror', (error) => page.problems.push(`error: ${error.message}`))
  page.on('console', (message) => {
    // An answer such as "not found" is no error of the page.
    const isAnswer = message.text().startsWith('Failed to load resource') && message.location().url.includes('/api/')
    if (['error', 'warning'].includes(message.type()) && !isAnswer) page.problems.push(`console: ${message.text()}`)
  })
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url())
    if (hostname !== '127.0.0.1' && !['data:', 'blob:'].includes(protocol)) page.problems.push(`request: ${request.url()}`)
  })
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => {
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`)
    })
  })
  return page
}

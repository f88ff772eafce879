import { afterAll, beforeAll } from 'vitest'
import type { SampleHubOptions } from '../../../src/sample-hub/options.ts'
import type { SampleHub } from '../../../src/sample-hub/sample-hub.ts'
import { sharedHub } from '../hub/sample-hub.ts'
import { environmentOf, hubdex } from '../processes/hubdex.ts'
import type { CommandResult } from '../processes/hubdex-process.ts'
import { openTestCatalog, type TestCatalog } from './catalog.ts'
import type { CatalogTargetKind } from './embedded.ts'

export interface CrawledHub {
  hub: SampleHub
  catalog: TestCatalog
  /** The settings for commands that use both. */
  environment: Record<string, string>
  /** The output of `hubdex crawl`. */
  crawl: CommandResult
}

/** A sample Hub and a catalog that `hubdex crawl` has filled from it, for all tests of a `describe` block. */
export function crawledHub(
  create: CatalogTargetKind['create'],
  options: SampleHubOptions,
  flags: readonly string[] = ['--stages', 'none'],
): CrawledHub {
  const hub = sharedHub(options)
  // Hooks fill these before any test can use them.
  const [catalog, environment, crawl] = [{} as TestCatalog, {}, {} as CommandResult]
  beforeAll(async () => {
    Object.assign(catalog, await openTestCatalog(create))
    Object.assign(environment, { HF_ENDPOINT: hub.url, ...environmentOf(catalog) })
    Object.assign(crawl, await hubdex(['crawl', ...flags], environment))
    if (crawl.code !== 0) throw new Error(crawl.stderr)
  })
  afterAll(() => catalog[Symbol.asyncDispose]?.())
  return { hub, catalog, environment, crawl }
}

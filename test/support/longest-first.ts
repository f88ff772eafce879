import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** The files that take more than ten seconds on CI, longest first. The size of a file says nothing about its duration. */
const LONGEST = [
  ...[
    'service/worker',
    'web/page',
    'cli/interrupted-crawl',
    'service/up',
    'server/mirror/mirror',
    'catalog/embedded/processes',
  ],
  ...['server/api/api', 'search/postgres/engine', 'crawl/hub-data', 'server/mirror/compatibility', 'server/api/bad-input'],
  ...['mcp/mcp', 'hub-api/huggingface-python', 'service/deadly-work', 'crawl/churned-up', 'cli/lost-output'],
  ...['cli/commands/demo', 'analytics/export/changes', 'cli/secrets', 'catalog/embedded/trust', 'crawl/crawl'],
  ...['queue/postgres', 'analytics/export/bucket', 'server/api/paging'],
]

/**
 * Starts these files first, so that none is left for the end, when other cores are idle. Vitest orders the others by their last
 * durations, and in a new checkout by size.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const rankOf = ({ moduleId }: TestSpecification) => {
      const rank = LONGEST.findIndex((name) => moduleId.endsWith(`test/${name}.test.ts`))
      return rank === -1 ? LONGEST.length : rank
    }
    return sorted.toSorted((left, right) => rankOf(left) - rankOf(right))
  }
}

import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Small files that take long, mostly to wait for processes. */
const LONGEST = ['service/worker', 'web/page', 'cli/interrupted-crawl', 'crawl/churned-up', 'service/up', 'service/deadly-work']

/**
 * Starts these files first, so that none is left for the end, when other cores are idle. Vitest orders the others by their last
 * durations, and in a new checkout by size.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const isLong = ({ moduleId }: TestSpecification) => LONGEST.some((name) => moduleId.endsWith(`test/${name}.test.ts`))
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))]
  }
}

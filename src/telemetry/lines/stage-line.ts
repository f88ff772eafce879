import type { Stage } from '../../catalog/schema.ts'
import type { StageCounts } from '../../crawl/stages/stage-events.ts'
import { counted } from '../../output/format.ts'
import { formatNumber } from '../../util/format-number.ts'

/** A stage for a terminal. It does not show how much is due, since counting that would read every repo. */
export function stageLine(stage: Stage, counts: StageCounts): string {
  const [done = '', ...others] = figuresOf(counts)
  return [stage.padEnd(8), done.padStart(15), ...others].join('  ')
}

/** A stage for a file or a pipe. */
export function plainStageLine(stage: Stage, counts: StageCounts): string {
  return `${stage}: ${figuresOf(counts).join(', ')}`
}

function figuresOf({ done, absent, failed }: StageCounts): string[] {
  return [
    counted(done, 'repo'),
    ...(absent === 0 ? [] : [`${formatNumber(absent)} absent`]),
    ...(failed === 0 ? [] : [`${formatNumber(failed)} failed`]),
  ]
}

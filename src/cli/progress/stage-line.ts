import type { Stage } from '../../catalog/schema.ts'
import type { StageCounts } from '../../crawl/stages/stage-events.ts'
import { counted, formatNumber } from '../output/format.ts'

/** One line on how far a stage is; how much is due in all would cost a look at every repo. */
export function stageLine(stage: Stage, { done, absent, failed }: StageCounts): string {
  const parts = [
    stage.padEnd(8),
    counted(done, 'repo').padStart(15),
    ...(absent === 0 ? [] : [counted(absent, 'has none', 'have none')]),
    ...(failed === 0 ? [] : [`${formatNumber(failed)} failed`]),
  ]
  return parts.join('  ')
}

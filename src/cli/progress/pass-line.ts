import type { PassKind } from '../../catalog/schema.ts'
import { pluralOf } from '../../hub/kinds.ts'
import { counted, formatDuration, formatNumber } from '../output/format.ts'
import type { PassMeter } from './pass-meter.ts'

const BAR_WIDTH = 24

/** `models` and so on, as the user named it on the command line. */
export function labelOf(kind: PassKind): string {
  return kind === 'tags' ? 'tags' : pluralOf[kind]
}

/** One line on how far a pass is: a bar where the length is known, then what was done and how fast. */
export function passLine(meter: PassMeter): string {
  const fraction = meter.fraction()
  const parts = [
    labelOf(meter.kind).padEnd(8),
    bar(fraction),
    fraction === undefined ? '    ' : `${Math.floor(fraction * 100)} %`.padStart(5),
    meter.kind === 'tags' ? tagCount(meter) : counted(meter.counts.repos, 'repo').padStart(15),
    counted(meter.counts.pages, 'page').padStart(11),
    ending(meter),
  ]
  return parts.join('  ').trimEnd()
}

function tagCount({ counts }: PassMeter): string {
  return counted(counts.inserted + counts.updated + counts.unchanged, 'tag').padStart(15)
}

function ending(meter: PassMeter): string {
  if (meter.outcome !== undefined) return meter.outcome.state
  const speed = meter.reposPerSecond()
  const left = meter.secondsLeft()
  const rate = speed === undefined || meter.kind === 'tags' ? '' : `${formatNumber(Math.round(speed))} repos/s`
  return [rate.padStart(14), left === undefined ? '' : `${formatDuration(left)} left`].join('  ')
}

function bar(fraction: number | undefined): string {
  const filled = Math.round((fraction ?? 0) * BAR_WIDTH)
  return '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled)
}

import { cronOrOff, timeZone, weights, wholeNumber } from '../value-types.ts'
import type { Setting } from './setting.ts'

/** When the catalog is refreshed, and in which order. */
export const scheduleSettings = {
  scheduleFull: {
    env: 'HUBDEX_SCHEDULE_FULL',
    type: cronOrOff,
    default: '0 3 * * *',
    help: 'When to walk all listings. This updates counters, finds what recent passes missed, and confirms removals.',
  },
  scheduleRecent: {
    env: 'HUBDEX_SCHEDULE_RECENT',
    type: cronOrOff,
    default: '*/5 * * * *',
    help: 'When to fetch repos that are new or changed since the last run.',
  },
  scheduleCollections: {
    env: 'HUBDEX_SCHEDULE_COLLECTIONS',
    type: cronOrOff,
    default: '0 4 * * *',
    help: 'When to walk all collections. In between, recent runs fetch those that are new or changed.',
  },
  scheduleTags: {
    env: 'HUBDEX_SCHEDULE_TAGS',
    type: cronOrOff,
    default: '30 2 * * *',
    help: 'When to fetch the tag vocabularies.',
  },
  scheduleStages: {
    env: 'HUBDEX_SCHEDULE_STAGES',
    type: cronOrOff,
    default: '* * * * *',
    help: 'When to look for repos whose details, Parquet columns or cards are due. A run continues until none is due.',
  },
  stageWeights: {
    env: 'HUBDEX_STAGE_WEIGHTS',
    type: weights(['likes', 'trending', 'popularity', 'firstTime', 'age']),
    default: undefined,
    defaultText: 'those of the formula in docs/stages.md',
    help: 'Weights of the order in which stages process repos, where they differ from the default.',
  },
  scheduleJitterSecs: {
    env: 'HUBDEX_SCHEDULE_JITTER_SECS',
    type: wholeNumber(0, 24 * 3600),
    default: 600,
    help: 'Maximum random delay of a run in seconds. It is never more than a tenth of the time between two runs.',
  },
  scheduleTimeZone: {
    env: 'HUBDEX_SCHEDULE_TIME_ZONE',
    type: timeZone,
    default: 'UTC',
    help: 'Time zone of all schedules.',
  },
} as const satisfies Record<string, Setting>

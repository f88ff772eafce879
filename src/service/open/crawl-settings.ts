import { STAGE_WEIGHTS, type StageWeights } from '../../catalog/stages/stage-order.ts'
import type { Settings } from '../../config/settings.ts'
import type { CrawlOptions } from '../../crawl/crawl.ts'

/** The options of a crawl that come from the settings. */
export function crawlOptionsOf(
  settings: Settings,
): Pick<CrawlOptions, 'pageSize' | 'includePrivate' | 'overlapMs' | 'maxRemovedShare'> {
  const { pageSize, includePrivate, recentOverlapSecs, maxRemovedPercent } = settings
  return { pageSize, includePrivate, overlapMs: recentOverlapSecs * 1000, maxRemovedShare: maxRemovedPercent / 100 }
}

/** The weights by which stages are ordered. */
export function weightsOf({ stageWeights = {} }: Pick<Settings, 'stageWeights'>): StageWeights {
  return { ...STAGE_WEIGHTS, ...stageWeights }
}

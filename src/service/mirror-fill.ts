import { createRemovalStore } from '../catalog/passes/removal-store.ts'
import { createStageStore } from '../catalog/stages/stage-store.ts'
import type { Settings } from '../config/settings.ts'
import { FillOnDemand } from '../crawl/fill/fill-on-demand.ts'
import { Turns } from '../crawl/turns.ts'
import type { Emit } from '../telemetry/events.ts'
import type { OpenCatalog } from './open/catalog.ts'
import { weightsOf } from './open/crawl-settings.ts'
import type { BudgetedHub } from './open/hub.ts'

export interface MirrorFillParts {
  settings: Settings
  catalog: OpenCatalog
  hubs: readonly BudgetedHub[]
  signal: AbortSignal
  emit: Emit
}

/** Fetches what callers of the mirror ask for, with the first token. */
export function fillOf({ settings, catalog, hubs, signal, emit }: MirrorFillParts): FillOnDemand {
  const [first] = hubs
  if (first === undefined) throw new Error('Expected a client of the Hub.')
  const { hub, budget } = first
  return new FillOnDemand({
    hub,
    stages: createStageStore(catalog.connection, catalog.owner, weightsOf(settings)),
    removals: createRemovalStore(catalog.connection),
    includePrivate: settings.includePrivate,
    turns: new Turns(),
    signal,
    emit: (event) => emit('crawl', event, { budget }),
  })
}

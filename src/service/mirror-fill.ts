import { createRemovalStore } from '../catalog/passes/removal-store.ts'
import type { ReadReplica } from '../catalog/postgres/replica.ts'
import { createStageStore } from '../catalog/stages/stage-store.ts'
import type { Settings } from '../config/settings.ts'
import { FillOnDemand } from '../crawl/fill/fill-on-demand.ts'
import { Turns } from '../crawl/turns.ts'
import type { MirrorFill } from '../server/mirror/fill-hook.ts'
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

const LONGEST_REPLAY_MS = 2_000

/** Fills, and waits until the replica has what was fetched, because the mirror reads from there. */
export function fillReadable(fill: MirrorFill | undefined, replica: ReadReplica | undefined): MirrorFill | undefined {
  if (fill === undefined || replica === undefined) return fill
  const replayed = async () => void (await replica.reach(await replica.writtenPosition(), LONGEST_REPLAY_MS))
  return {
    repo: async (kind, id) => await fill.repo(kind, id).then(replayed),
    stage: async (stage, hubId) => await fill.stage(stage, hubId).then(replayed),
  }
}

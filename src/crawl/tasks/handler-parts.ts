import type { CollectionStore } from '../../catalog/collections/collection-store.ts'
import type { RemovalStore } from '../../catalog/passes/removal-store.ts'
import type { StageStore } from '../../catalog/stages/stage-store.ts'
import type { HubClient } from '../../hub/client.ts'
import type { Task } from '../../queue/tasks.ts'
import type { CrawlOptions } from '../crawl.ts'
import type { CrawlEvent } from '../events.ts'
import type { PassContext } from '../passes/run-pass.ts'
import type { StageFetched } from '../stages/stage-events.ts'
import type { Turns } from '../turns.ts'

export interface HandlerParts {
  /** The client with the lane's token. */
  hub: HubClient
  options: Omit<CrawlOptions, 'hub' | 'kinds' | 'scope' | 'confirmsRemovals' | 'maxRepos'>
  store: PassContext['store']
  removals: RemovalStore
  collections: CollectionStore
  stages: StageStore
  /** Shared by all work of this process. */
  turns: Turns
  endpoint: string
  emit(event: CrawlEvent | StageFetched, task: Task): void
  /** Called when there is something new for the search index. */
  onWritten(): void
}

import type { RemovalStore } from '../../catalog/passes/removal-store.ts'
import type { StageStore } from '../../catalog/stages/stage-store.ts'
import type { HubClient } from '../../hub/client.ts'
import type { Task } from '../../queue/tasks.ts'
import type { CrawlOptions } from '../crawl.ts'
import type { CrawlEvent } from '../events.ts'
import type { PassContext } from '../passes/run-pass.ts'
import type { StageFetched } from '../stages/stage-events.ts'
import type { Turns } from '../turns.ts'

/** What the handlers of tasks that ask the Hub work with. */
export interface HandlerParts {
  /** Of the lane's token. */
  hub: HubClient
  options: Omit<CrawlOptions, 'hub' | 'kinds' | 'scope' | 'provesGone' | 'maxRepos'>
  store: PassContext['store']
  removals: RemovalStore
  stages: StageStore
  /** One for all that the process does. */
  turns: Turns
  endpoint: string
  /** @param task what it is done for */
  emit(event: CrawlEvent | StageFetched, task: Task): void
  /** Says that there is something new for the search index. */
  onWritten(): void
}

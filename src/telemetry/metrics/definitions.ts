export interface MetricDefinition {
  type: 'counter' | 'gauge' | 'histogram'
  name: string
  labels: readonly string[]
  help: string
  /** When to be alarmed. */
  watch?: string
  /** Upper bounds, in seconds, of a histogram. */
  buckets?: readonly number[]
}

const REQUEST_SECONDS = [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30]
const TASK_SECONDS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800, 7200]
const RUN_SECONDS = [1, 5, 15, 60, 300, 900, 3600, 14_400]

/** What every process counts of its own work, from its events. docs/metrics.md is written from here. */
export const PROCESS_METRICS = {
  info: {
    type: 'gauge',
    name: 'hubdex_info',
    labels: ['role', 'version'],
    help: 'Always 1: which command this process is, and of which version.',
    watch: 'More than one version for longer than an upgrade takes.',
  },
  hubRequests: {
    type: 'counter',
    name: 'hubdex_hub_requests_total',
    labels: ['bucket', 'budget', 'outcome'],
    help: 'Exchanges with the Hub: `answered` (any status but 429 and 5xx), `throttled` (429), `failed` (5xx, or no whole answer).',
    watch: 'More than one in 10,000 throttled: somebody else spends the budget, or a clock is off.',
  },
  hubRetries: {
    type: 'counter',
    name: 'hubdex_hub_retries_total',
    labels: ['budget'],
    help: 'Requests to the Hub that go out again after a passing failure.',
  },
  hubSeconds: {
    type: 'histogram',
    name: 'hubdex_hub_request_seconds',
    labels: ['bucket'],
    help: 'From sending a request to the end of its answer.',
    buckets: REQUEST_SECONDS,
  },
  hubBytes: {
    type: 'counter',
    name: 'hubdex_hub_received_bytes_total',
    labels: ['bucket'],
    help: 'Bytes of answers as they came, compressed.',
  },
  hubWaits: {
    type: 'counter',
    name: 'hubdex_hub_waits_total',
    labels: ['bucket', 'budget'],
    help: 'Requests that had to wait for the budget for a second or more.',
  },
  hubRemaining: {
    type: 'gauge',
    name: 'hubdex_hub_budget_remaining',
    labels: ['bucket', 'budget'],
    help: 'Requests that are left in the present window, as this process knows it. Absent until the Hub has said so.',
  },
  hubQuota: {
    type: 'gauge',
    name: 'hubdex_hub_budget_quota',
    labels: ['bucket', 'budget'],
    help: 'Requests that a window allows.',
    watch: 'A fall: the token has lost its rank, or is not sent.',
  },
  hubReset: {
    type: 'gauge',
    name: 'hubdex_hub_budget_reset_timestamp_seconds',
    labels: ['bucket', 'budget'],
    help: 'When the present window ends.',
  },
  tasks: {
    type: 'counter',
    name: 'hubdex_tasks_total',
    labels: ['task', 'outcome'],
    help: 'Tasks of the queue: `done`; `retried` (failed, and comes again); `failed` (given up); `stalled` (its process died, and it goes back in line).',
    watch: 'A steady rate of `failed` or `stalled`.',
  },
  taskSeconds: {
    type: 'histogram',
    name: 'hubdex_task_seconds',
    labels: ['task'],
    help: 'How long tasks took that were done.',
    buckets: TASK_SECONDS,
  },
  lanePauses: {
    type: 'counter',
    name: 'hubdex_lane_pauses_total',
    labels: ['task', 'budget'],
    help: 'How often a lane, or `refresh`, was paused: its budget was spent, the Hub failed at everything, or the catalog took no writes. The log at level `debug` holds the reason.',
  },
  queueUnavailable: {
    type: 'gauge',
    name: 'hubdex_queue_unavailable',
    labels: [],
    help: "1 while the workers of this process cannot use the queue's server.",
    watch: '1 for a minute.',
  },
  databaseUnavailable: {
    type: 'gauge',
    name: 'hubdex_database_unavailable',
    labels: [],
    help: '1 while the catalog does not take the sign of life that this process gives every ten seconds.',
    watch: '1 for a minute.',
  },
  workersMissing: {
    type: 'gauge',
    name: 'hubdex_workers_missing',
    labels: [],
    help: '1 while no worker lives, or tasks wait that no living worker takes, as a process sees it that hands tasks out.',
    watch: '1 for a minute: the log of `hubdex schedule` says which tasks, and what to do.',
  },
  runs: {
    type: 'counter',
    name: 'hubdex_schedule_runs_total',
    labels: ['job', 'state'],
    help: 'Runs of scheduled jobs that ended in this process: `done`, `interrupted`, `failed`.',
    watch: 'Any `failed` of `full` or `recent`.',
  },
  runSeconds: {
    type: 'histogram',
    name: 'hubdex_schedule_run_seconds',
    labels: ['job'],
    help: 'How long these runs took.',
    buckets: RUN_SECONDS,
  },
  scheduleErrors: {
    type: 'counter',
    name: 'hubdex_schedule_errors_total',
    labels: ['job'],
    help: 'Faults of the schedule itself, such as a database that is away.',
  },
  pages: {
    type: 'counter',
    name: 'hubdex_pages_total',
    labels: ['kind'],
    help: 'Pages of listings that this process has written.',
  },
  passRepos: {
    type: 'counter',
    name: 'hubdex_pass_repos_total',
    labels: ['kind', 'change'],
    help: 'Rows of these pages by what became of them: `inserted`, `updated`, `unchanged`, `rejected`.',
    watch: '`rejected`: the Hub sends what hubdex does not understand.',
  },
  passes: {
    type: 'counter',
    name: 'hubdex_passes_total',
    labels: ['kind', 'scope', 'state'],
    help: 'Passes that this process has laid down: `complete`, `interrupted`, `failed`, `leased` (left to another process).',
    watch: 'Any `failed`.',
  },
  stageRepos: {
    type: 'counter',
    name: 'hubdex_stage_fetches_total',
    labels: ['stage', 'outcome'],
    help: 'Repos that a stage was fetched for: `done`, `absent` (there is nothing), `failed`.',
  },
  refreshes: {
    type: 'counter',
    name: 'hubdex_refreshes_total',
    labels: ['outcome'],
    help: 'Repos that webhooks named and that this process refreshed: `written`, `unchanged`, `removed`, `unresolved`, `absent`; `retried` and `given-up` where the Hub could not be asked.',
  },
  indexed: {
    type: 'counter',
    name: 'hubdex_outbox_processed_total',
    labels: [],
    help: 'Entries of the outbox that this process has brought into the search index.',
  },
  webhooks: {
    type: 'counter',
    name: 'hubdex_webhooks_total',
    labels: ['answer'],
    help: 'Deliveries: `taken`, `ignored`, `refused` (wrong secret; told once a minute), `failed` (the catalog did not take it).',
    watch: 'A rate of `refused`: a wrong secret on the Hub, or somebody who guesses.',
  },
  signInsRefused: {
    type: 'counter',
    name: 'hubdex_sign_ins_refused_total',
    labels: [],
    help: "Wrong operator's tokens, told once a minute.",
    watch: 'Any that was not you.',
  },
  requestsFailed: {
    type: 'counter',
    name: 'hubdex_server_errors_total',
    labels: [],
    help: 'Requests to this server that ended with status 500.',
    watch: 'Any.',
  },
  logLinesLost: {
    type: 'counter',
    name: 'hubdex_log_lines_lost_total',
    labels: [],
    help: 'Lines of the log that could not be written.',
    watch: 'Any: the reader of stderr is gone, or its disk is full.',
  },
} as const satisfies Record<string, MetricDefinition>

/** What a server (`hubdex up`, `hubdex serve`) tells of the catalog and of the queue, whichever process works on them. */
export const CATALOG_METRICS = {
  up: {
    type: 'gauge',
    name: 'hubdex_catalog_up',
    labels: [],
    help: 'Whether the figures of the catalog could be read when last tried. All of them are those of the last reading.',
    watch: '0 for five minutes.',
  },
  readAt: {
    type: 'gauge',
    name: 'hubdex_catalog_read_timestamp_seconds',
    labels: [],
    help: 'When the figures were read.',
  },
  repos: {
    type: 'gauge',
    name: 'hubdex_repos',
    labels: ['kind', 'state'],
    help: 'Repos, `live` or `tombstone`; from 200,000 on estimated from a sample.',
    watch: 'Live ones that fall by a tenth in a day.',
  },
  unconfirmed: {
    type: 'gauge',
    name: 'hubdex_unconfirmed_repos',
    labels: ['kind'],
    help: 'Live repos that the last full pass has missed and that the Hub has not clearly called gone.',
    watch: 'Above zero for longer than it takes to ask for them: `hubdex status` shows what the pass said.',
  },
  lag: {
    type: 'gauge',
    name: 'hubdex_lag_seconds',
    labels: ['kind', 'quantile'],
    help: "From a repo's last change on the Hub until it was here, over the changes of the last seven days.",
    watch: 'p95 above three times the interval of recent passes.',
  },
  passEnded: {
    type: 'gauge',
    name: 'hubdex_last_pass_timestamp_seconds',
    labels: ['kind', 'scope'],
    help: 'When the last complete pass ended. Absent where there was none.',
    watch: '`time() - …` above three times the interval of its schedule.',
  },
  asOf: {
    type: 'gauge',
    name: 'hubdex_as_of_timestamp_seconds',
    labels: ['kind'],
    help: 'All that the Hub changed before then is here.',
  },
  unfinished: {
    type: 'gauge',
    name: 'hubdex_unfinished_passes',
    labels: ['kind', 'scope', 'state'],
    help: 'Passes that are not complete: `running`, `interrupted`, `failed`.',
  },
  stage: {
    type: 'gauge',
    name: 'hubdex_stage_repos',
    labels: ['stage', 'state'],
    help: 'Repos that a stage is for: `done`, `absent` (nothing to fetch), `due`, `waiting` (failed, and not yet to be tried again).',
  },
  coverage: {
    type: 'gauge',
    name: 'hubdex_stage_coverage_ratio',
    labels: ['stage'],
    help: '`done` and `absent` of all, from 0 to 1.',
  },
  untilDone: {
    type: 'gauge',
    name: 'hubdex_backlog_seconds',
    labels: [],
    help: 'The time that the last seen budget needs for all that is due. Absent where no budget was ever seen.',
    watch: 'It grows for days: more becomes due than the budget can do.',
  },
  failures: {
    type: 'gauge',
    name: 'hubdex_failures',
    labels: ['cause'],
    help: 'Failures kept, by cause (`hubdex failures` lists them).',
  },
  outbox: {
    type: 'gauge',
    name: 'hubdex_outbox_entries',
    labels: [],
    help: 'Entries that search has yet to follow, counted up to a million.',
    watch: 'It grows for half an hour: nobody drains it, or the search engine is away.',
  },
  refreshQueue: {
    type: 'gauge',
    name: 'hubdex_refresh_queue_repos',
    labels: [],
    help: 'Repos that webhooks named and that wait for a refresh or are in flight.',
    watch: 'Above zero for ten minutes.',
  },
  queueUp: {
    type: 'gauge',
    name: 'hubdex_queue_up',
    labels: [],
    help: "Whether the queue's server told its figures when last asked. Absent with the queue in the process.",
    watch: '0 for a minute.',
  },
  queueTasks: {
    type: 'gauge',
    name: 'hubdex_queue_tasks',
    labels: ['task', 'budget', 'state'],
    help: 'Tasks of a lane: `waiting`, `running`, `delayed` (wait for another try).',
    watch: 'Some wait and none runs for ten minutes: there is no worker for them.',
  },
} as const satisfies Record<string, MetricDefinition>

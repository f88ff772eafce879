export interface MetricDefinition {
  type: 'counter' | 'gauge' | 'histogram'
  name: string
  labels: readonly string[]
  help: string
  /** When to raise an alarm. */
  watch?: string
  /** Upper bounds, in seconds, of a histogram. */
  buckets?: readonly number[]
}

const REQUEST_SECONDS = [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30]
const TASK_SECONDS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800, 7200]
const RUN_SECONDS = [1, 5, 15, 60, 300, 900, 3600, 14_400]

/** What every process counts from its own events. docs/metrics.md is generated from these definitions. */
export const PROCESS_METRICS = {
  info: {
    type: 'gauge',
    name: 'hubdex_info',
    labels: ['role', 'version'],
    help: 'Always 1. The labels are the command of this process and its version.',
    watch: 'More than one version for longer than an upgrade takes.',
  },
  hubRequests: {
    type: 'counter',
    name: 'hubdex_hub_requests_total',
    labels: ['bucket', 'budget', 'outcome'],
    help: 'Requests to the Hub: `answered` (any status but 429 and 5xx), `throttled` (429), `failed` (5xx, or no complete response).',
    watch: 'More than one in 10,000 throttled: something else uses the budget, or a clock is wrong.',
  },
  hubRetries: {
    type: 'counter',
    name: 'hubdex_hub_retries_total',
    labels: ['budget'],
    help: 'Requests to the Hub that are retried after a temporary failure.',
  },
  hubSeconds: {
    type: 'histogram',
    name: 'hubdex_hub_request_seconds',
    labels: ['bucket'],
    help: 'Time from sending a request to the end of the response.',
    buckets: REQUEST_SECONDS,
  },
  hubBytes: {
    type: 'counter',
    name: 'hubdex_hub_received_bytes_total',
    labels: ['bucket'],
    help: 'Bytes of responses as received, compressed.',
  },
  hubWaits: {
    type: 'counter',
    name: 'hubdex_hub_waits_total',
    labels: ['bucket', 'budget'],
    help: 'Requests that waited for the budget for a second or more.',
  },
  hubRemaining: {
    type: 'gauge',
    name: 'hubdex_hub_budget_remaining',
    labels: ['bucket', 'budget'],
    help: 'Requests left in the current window, as known to this process. Absent until the Hub has reported it.',
  },
  hubQuota: {
    type: 'gauge',
    name: 'hubdex_hub_budget_quota',
    labels: ['bucket', 'budget'],
    help: 'Requests that a window allows.',
    watch: 'A drop: the token has lost its plan, or is not sent.',
  },
  hubReset: {
    type: 'gauge',
    name: 'hubdex_hub_budget_reset_timestamp_seconds',
    labels: ['bucket', 'budget'],
    help: 'When the current window ends.',
  },
  tasks: {
    type: 'counter',
    name: 'hubdex_tasks_total',
    labels: ['task', 'outcome'],
    help: 'Tasks of the queue: `done`; `retried` (failed, retry follows); `failed` (given up); `stalled` (its process died; queued again).',
    watch: 'A steady rate of `failed` or `stalled`.',
  },
  taskSeconds: {
    type: 'histogram',
    name: 'hubdex_task_seconds',
    labels: ['task'],
    help: 'Duration of tasks that were done.',
    buckets: TASK_SECONDS,
  },
  lanePauses: {
    type: 'counter',
    name: 'hubdex_lane_pauses_total',
    labels: ['task', 'budget'],
    help: 'Pauses of lanes and of `refresh`, because the budget was spent, the Hub failed every request, or the catalog was not writable. The log at level `debug` has the reason.',
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
    help: '1 while this process cannot write its heartbeat, due every ten seconds, to the catalog.',
    watch: '1 for a minute.',
  },
  workersMissing: {
    type: 'gauge',
    name: 'hubdex_workers_missing',
    labels: [],
    help: '1 while no worker is alive, or tasks are queued that no live worker takes, in processes that enqueue tasks.',
    watch: '1 for a minute: the log of `hubdex schedule` reports which tasks, and what to do.',
  },
  embedderUnavailable: {
    type: 'gauge',
    name: 'hubdex_embedder_unavailable',
    labels: [],
    help: '1 while texts cannot be embedded for semantic search, in processes that index. Indexing and searches by words continue.',
    watch: '1 for an hour: `hubdex status` reports why.',
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
    help: 'Duration of these runs.',
    buckets: RUN_SECONDS,
  },
  scheduleErrors: {
    type: 'counter',
    name: 'hubdex_schedule_errors_total',
    labels: ['job'],
    help: 'Errors of the schedule itself, such as an unreachable database.',
  },
  pages: {
    type: 'counter',
    name: 'hubdex_pages_total',
    labels: ['kind'],
    help: 'Pages of listings written by this process.',
  },
  passRepos: {
    type: 'counter',
    name: 'hubdex_pass_repos_total',
    labels: ['kind', 'change'],
    help: 'Repos on these pages by outcome: `inserted`, `updated`, `unchanged`, `rejected`.',
    watch: '`rejected`: hubdex does not understand what the Hub sends.',
  },
  passes: {
    type: 'counter',
    name: 'hubdex_passes_total',
    labels: ['kind', 'scope', 'state'],
    help: 'Passes that ended in this process: `complete`, `interrupted`, `failed`, `leased` (left to another process).',
    watch: 'Any `failed`.',
  },
  stageRepos: {
    type: 'counter',
    name: 'hubdex_stage_fetches_total',
    labels: ['stage', 'outcome'],
    help: 'Repos that a stage was fetched for: `done`, `absent` (nothing to fetch), `failed`.',
  },
  refreshes: {
    type: 'counter',
    name: 'hubdex_refreshes_total',
    labels: ['outcome'],
    help: 'Refreshes of repos that webhooks named: `written`, `unchanged`, `removed`, `unresolved`, `absent`; `retried` and `given-up` if the Hub could not be reached.',
  },
  indexed: {
    type: 'counter',
    name: 'hubdex_outbox_processed_total',
    labels: [],
    help: 'Outbox entries that this process has applied to the search index.',
  },
  webhooks: {
    type: 'counter',
    name: 'hubdex_webhooks_total',
    labels: ['answer'],
    help: 'Deliveries: `taken`, `ignored`, `refused` (wrong secret; reported once per minute), `failed` (not stored in the catalog).',
    watch: 'Repeated `refused`: the secret on the Hub is wrong, or somebody is guessing.',
  },
  signInsRefused: {
    type: 'counter',
    name: 'hubdex_sign_ins_refused_total',
    labels: [],
    help: 'Operator sign-ins with a wrong token, reported once per minute.',
    watch: 'Any that were not yours.',
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
    help: 'Log lines that could not be written.',
    watch: 'Any: the reader of stderr is gone, or its disk is full.',
  },
} as const satisfies Record<string, MetricDefinition>

/** What a server (`hubdex up`, `hubdex serve`) reports about the catalog and the queue as a whole. */
export const CATALOG_METRICS = {
  replicaBytes: {
    type: 'gauge',
    name: 'hubdex_replica_lag_bytes',
    labels: [],
    help: 'How much of the write-ahead log the replica of DATABASE_READ_URL has not replayed. Absent without a replica.',
  },
  replicaSeconds: {
    type: 'gauge',
    name: 'hubdex_replica_lag_seconds',
    labels: [],
    help: 'Age of the newest transaction that the replica has replayed, if it lacks any; else 0.',
    watch: 'Above a minute for five minutes.',
  },
  up: {
    type: 'gauge',
    name: 'hubdex_catalog_up',
    labels: [],
    help: 'Whether the last read of the catalog succeeded. All values are from the last successful read.',
    watch: '0 for five minutes.',
  },
  readAt: {
    type: 'gauge',
    name: 'hubdex_catalog_read_timestamp_seconds',
    labels: [],
    help: 'When the catalog was read.',
  },
  repos: {
    type: 'gauge',
    name: 'hubdex_repos',
    labels: ['kind', 'state'],
    help: 'Repos, `live` or `tombstone`.',
    watch: '`live` drops by a tenth in a day.',
  },
  unconfirmed: {
    type: 'gauge',
    name: 'hubdex_unconfirmed_repos',
    labels: ['kind'],
    help: 'Live repos that were missing from the last full pass without being clearly gone from the Hub.',
    watch: 'Above zero for longer than probes take: `hubdex status` shows the note of the pass.',
  },
  lag: {
    type: 'gauge',
    name: 'hubdex_lag_seconds',
    labels: ['kind', 'quantile'],
    help: 'Time from a change on the Hub to its arrival in the catalog, over the changes of the last seven days.',
    watch: 'p95 above three times the interval of recent passes.',
  },
  passEnded: {
    type: 'gauge',
    name: 'hubdex_last_pass_timestamp_seconds',
    labels: ['kind', 'scope'],
    help: 'When the last complete pass ended. Absent if there was none.',
    watch: '`time() - …` above three times the interval of its schedule.',
  },
  asOf: {
    type: 'gauge',
    name: 'hubdex_as_of_timestamp_seconds',
    labels: ['kind'],
    help: 'The catalog includes all changes on the Hub before this time.',
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
    help: 'Repos that a stage applies to: `done`, `absent` (nothing to fetch), `due`, `waiting` (failed, retry not yet due).',
  },
  coverage: {
    type: 'gauge',
    name: 'hubdex_stage_coverage_ratio',
    labels: ['stage'],
    help: 'Share of `done` and `absent`, from 0 to 1.',
  },
  backlog: {
    type: 'gauge',
    name: 'hubdex_backlog_seconds',
    labels: [],
    help: 'Time to finish all due stage tasks with the last seen budget. Absent if no budget was ever seen.',
    watch: 'It grows for days: more tasks become due than the budget allows.',
  },
  failures: {
    type: 'gauge',
    name: 'hubdex_failures',
    labels: ['cause'],
    help: 'Stored failures by cause (`hubdex failures` lists them).',
  },
  outbox: {
    type: 'gauge',
    name: 'hubdex_outbox_entries',
    labels: [],
    help: 'Outbox entries not yet applied to the search index, counted up to a million.',
    watch: 'It grows for half an hour: no process drains it, or the search engine is unreachable.',
  },
  dueCollections: {
    type: 'gauge',
    name: 'hubdex_due_collections',
    labels: [],
    help: 'Collections whose items are still to be read, one request each.',
  },
  refreshQueue: {
    type: 'gauge',
    name: 'hubdex_refresh_queue_repos',
    labels: [],
    help: 'Repos named by webhooks whose refresh is queued or running.',
    watch: 'Above zero for ten minutes.',
  },
  queueUp: {
    type: 'gauge',
    name: 'hubdex_queue_up',
    labels: [],
    help: "Whether the last read of the queue's server succeeded. Absent if the queue is in the process.",
    watch: '0 for a minute.',
  },
  queueTasks: {
    type: 'gauge',
    name: 'hubdex_queue_tasks',
    labels: ['task', 'budget', 'state'],
    help: 'Tasks of a lane: `waiting`, `running`, `delayed` (until a retry).',
    watch: '`waiting` without `running` for ten minutes: no worker takes them.',
  },
} as const satisfies Record<string, MetricDefinition>

import {
  accessToken,
  choice,
  choices,
  cronOrOff,
  endpointUrl,
  file,
  folder,
  hostList,
  hostNames,
  networkAddress,
  networks,
  plainName,
  postgresUrl,
  proxyExceptions,
  proxyUrl,
  redisUrl,
  sharedSecret,
  timeZone,
  type ValueType,
  weights,
  wholeNumber,
  yesOrNo,
} from './value-types.ts'

/** What the defaults of some settings depend on. */
export interface Platform {
  /** The platform's data folder for hubdex. */
  dataDirectory: string
}

export interface Setting<Value = unknown> {
  readonly env: string
  /** Other spellings of the variable, which are asked first. */
  readonly aliases?: readonly string[]
  /** Another variable that counts where that one is not set. */
  readonly otherEnv?: string
  /** As commander takes it; in camel case it is the setting's name. */
  readonly flag?: string
  readonly type: ValueType<Value>
  readonly default: Value | undefined | ((platform: Platform) => Value)
  /** The default in words, where the value would say less. */
  readonly defaultText?: string
  readonly help: string
  /**
   * Comes from the environment, or from a file that `<env>_FILE` names: arguments are visible to every user of the
   * machine, and a settings file ends up in version control. Never shown.
   */
  readonly secret?: true
}

/** What a worker can do, each with a line of its own in the queue. */
export const TASK_NAMES = ['pass', 'probe', 'refresh', 'details', 'parquet', 'card', 'index'] as const

export type TaskName = (typeof TASK_NAMES)[number]

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS

/**
 * Every setting. Types, command line options, the settings file, `hubdex config` and docs/settings.md all come from here.
 * The name is also the key in the settings file.
 */
export const SETTINGS = {
  dataDir: {
    env: 'HUBDEX_DATA_DIR',
    flag: '--data-dir <folder>',
    type: folder,
    default: (platform: Platform) => platform.dataDirectory,
    defaultText: "the platform's data folder for `hubdex`",
    help: 'Where the embedded catalog lives.',
  },
  databaseUrl: {
    env: 'DATABASE_URL',
    type: postgresUrl,
    default: undefined,
    defaultText: 'none: the catalog is embedded',
    help: 'The Postgres, 15 or newer, that holds the catalog instead of the embedded one.',
    secret: true,
  },
  databaseConnections: {
    env: 'HUBDEX_DATABASE_CONNECTIONS',
    type: wholeNumber(2, 500),
    default: 10,
    help: 'Most connections to the catalog that one process opens.',
  },
  idleTransactionMs: {
    env: 'HUBDEX_IDLE_TRANSACTION_MS',
    type: wholeNumber(100, 60 * MINUTE_MS),
    default: MINUTE_MS,
    help: 'How long a program may leave a transaction of the embedded catalog open and idle, which keeps all others waiting.',
  },
  queue: {
    env: 'HUBDEX_QUEUE',
    type: choice(['auto', 'local', 'redis', 'postgres']),
    default: 'auto',
    help: 'Where tasks wait: in the process (`local`), on Redis, or on the Postgres of the catalog. `auto` is Redis where REDIS_URL is set, else local.',
  },
  redisUrl: {
    env: 'REDIS_URL',
    type: redisUrl,
    default: undefined,
    defaultText: 'none: tasks wait in the process',
    help: 'The Redis, 6.2 or newer, through which the tasks of many machines go.',
    secret: true,
  },
  queuePrefix: {
    env: 'HUBDEX_QUEUE_PREFIX',
    type: plainName,
    default: 'hubdex',
    help: 'What the names of all queues begin with: one for each catalog that shares a Redis.',
  },
  tasks: {
    env: 'HUBDEX_TASKS',
    flag: '--tasks <names>',
    type: choices(TASK_NAMES),
    default: TASK_NAMES,
    defaultText: 'all',
    help: 'Which tasks `hubdex worker` does.',
  },
  concurrency: {
    env: 'HUBDEX_CONCURRENCY',
    flag: '--concurrency <tasks>',
    type: wholeNumber(1, 256),
    default: 8,
    help: 'Tasks of one name that a process works on at a time.',
  },
  shutdownTimeoutSecs: {
    env: 'HUBDEX_SHUTDOWN_TIMEOUT_SECS',
    type: wholeNumber(0, 3600),
    default: 20,
    help: 'How long tasks under way may go on after SIGTERM or Ctrl-C before they are laid down for others.',
  },
  meiliUrl: {
    env: 'MEILI_URL',
    type: endpointUrl,
    default: undefined,
    defaultText: 'none: the Postgres of the catalog searches',
    help: 'The Meilisearch that searches instead of Postgres.',
  },
  meiliApiKey: {
    env: 'MEILI_API_KEY',
    type: accessToken,
    default: undefined,
    defaultText: 'none',
    help: 'Key for Meilisearch; docs/search.md lists the rights it needs.',
    secret: true,
  },
  meiliIndex: {
    env: 'HUBDEX_MEILI_INDEX',
    type: plainName,
    default: 'repos',
    help: 'Name of the index in Meilisearch.',
  },
  endpoint: {
    env: 'HF_ENDPOINT',
    flag: '--endpoint <url>',
    type: endpointUrl,
    default: 'https://huggingface.co',
    help: 'The Hub to crawl: any server that speaks its API.',
  },
  previousEndpoint: {
    env: 'HUBDEX_PREVIOUS_ENDPOINT',
    type: endpointUrl,
    default: undefined,
    defaultText: 'none: a catalog of another address is refused',
    help: 'The address at which the Hub was before it came to HF_ENDPOINT: a catalog of the former goes on as one of the latter.',
  },
  token: {
    env: 'HF_TOKEN',
    otherEnv: 'HUGGING_FACE_HUB_TOKEN',
    type: accessToken,
    default: undefined,
    defaultText: 'none: anonymous, with the smallest quota',
    help: 'Access token for the Hub. Sent to the endpoint only. Several, with commas between them, give workers several budgets; all else uses the first.',
    secret: true,
  },
  includePrivate: {
    env: 'HUBDEX_INCLUDE_PRIVATE',
    flag: '--include-private',
    type: yesOrNo,
    default: false,
    help: 'Also catalog the private repos that the token can see.',
  },
  pageSize: {
    env: 'HUBDEX_PAGE_SIZE',
    flag: '--page-size <repos>',
    type: wholeNumber(1, 1000),
    default: 1000,
    help: 'Repos asked for in one listing request.',
  },
  recentOverlapSecs: {
    env: 'HUBDEX_RECENT_OVERLAP_SECS',
    type: wholeNumber(0, 86_400),
    default: 600,
    help: 'How far a recent pass goes back behind the last one, in seconds, for changes that the Hub lists late.',
  },
  maxRemovedPercent: {
    env: 'HUBDEX_MAX_REMOVED_PERCENT',
    type: wholeNumber(0, 100),
    default: 10,
    help: 'Largest share of the repos of a kind, in percent, that one full pass may find missing before it takes none for gone.',
  },
  retries: {
    env: 'HUBDEX_RETRIES',
    type: wholeNumber(0, 100),
    default: 5,
    help: 'How often a request that failed is tried again.',
  },
  maxConsecutive429s: {
    env: 'HUBDEX_MAX_CONSECUTIVE_429S',
    type: wholeNumber(1, 1000),
    default: 10,
    help: 'How many 429 answers in a row, with no progress between them, end the work until the next run.',
  },
  budgetMarginMs: {
    env: 'HUBDEX_BUDGET_MARGIN_MS',
    type: wholeNumber(0, MINUTE_MS),
    default: 50,
    help: 'How long after the latest instant at which a spent budget can have been reset the next request goes out.',
  },
  hubConnections: {
    env: 'HUBDEX_HUB_CONNECTIONS',
    type: wholeNumber(1, 256),
    default: 8,
    help: 'Most requests to the Hub under way at once.',
  },
  connectTimeoutMs: {
    env: 'HUBDEX_CONNECT_TIMEOUT_MS',
    type: wholeNumber(1, 10 * MINUTE_MS),
    default: 10 * SECOND_MS,
    help: 'How long connecting to the Hub may take.',
  },
  headersTimeoutMs: {
    env: 'HUBDEX_HEADERS_TIMEOUT_MS',
    type: wholeNumber(1, 10 * MINUTE_MS),
    default: MINUTE_MS,
    help: 'How long the Hub may take from a request to the headers of its answer.',
  },
  bodyTimeoutMs: {
    env: 'HUBDEX_BODY_TIMEOUT_MS',
    type: wholeNumber(1, 10 * MINUTE_MS),
    default: 30 * SECOND_MS,
    help: 'How long the Hub, or a host of files, may be silent in the middle of an answer.',
  },
  exchangeTimeoutMs: {
    env: 'HUBDEX_EXCHANGE_TIMEOUT_MS',
    type: wholeNumber(1, 60 * MINUTE_MS),
    default: 5 * MINUTE_MS,
    help: 'How long one exchange may take in all, from connecting to the last byte of the answer. Each redirect and each retry is an exchange of its own.',
  },
  maxResponseMb: {
    env: 'HUBDEX_MAX_RESPONSE_MB',
    type: wholeNumber(1, 1024),
    default: 32,
    help: 'Largest page of 1,000 repos taken from the Hub, packed or unpacked, in megabytes. The bounds of other answers, and on how many values one may hold, grow and shrink with it.',
  },
  fileHosts: {
    env: 'HUBDEX_FILE_HOSTS',
    type: hostList,
    default: undefined,
    defaultText: 'none: hosts of files are reached over https, on port 443, at public addresses',
    help: 'Hosts within your network to which your Hub may redirect for files, with commas between them, such as `files.corp.example:9000`. They never get the token.',
  },
  httpsProxy: {
    env: 'HTTPS_PROXY',
    aliases: ['https_proxy'],
    type: proxyUrl,
    default: undefined,
    defaultText: 'ALL_PROXY, else none',
    help: 'The proxy through which https addresses are reached: the Hub, hosts of files, Meilisearch.',
    secret: true,
  },
  httpProxy: {
    env: 'HTTP_PROXY',
    aliases: ['http_proxy'],
    type: proxyUrl,
    default: undefined,
    defaultText: 'ALL_PROXY, else none',
    help: 'The proxy through which http addresses are reached. This machine (`localhost`, 127.0.0.1) is never reached through one.',
    secret: true,
  },
  allProxy: {
    env: 'ALL_PROXY',
    aliases: ['all_proxy'],
    type: proxyUrl,
    default: undefined,
    defaultText: 'none',
    help: 'The proxy where neither of the two above says which.',
    secret: true,
  },
  noProxy: {
    env: 'NO_PROXY',
    aliases: ['no_proxy'],
    type: proxyExceptions,
    default: undefined,
    defaultText: 'none',
    help: 'Hosts that are reached without a proxy, with commas between them: `example.com` (with all below it), `*.example.com`, `10.1.2.3`, `host:8080`, or `*` for all. Ranges such as 10.0.0.0/8 are not understood.',
  },
  certificateFile: {
    env: 'SSL_CERT_FILE',
    type: file,
    default: undefined,
    defaultText: 'none: the authorities that Node.js knows, and those in NODE_EXTRA_CA_CERTS',
    help: 'A PEM file with certificates of authorities to trust beside those that Node.js knows, such as that of your company.',
  },
  indexBatchSize: {
    env: 'HUBDEX_INDEX_BATCH_SIZE',
    type: wholeNumber(1, 100_000),
    default: undefined,
    defaultText: '1000 for Postgres, 5000 for Meilisearch',
    help: 'Documents handed to the search engine at a time.',
  },
  searchCacheMb: {
    env: 'HUBDEX_SEARCH_CACHE_MB',
    type: wholeNumber(0, 65_536),
    default: 256,
    help: 'Most megabytes of the search index in Postgres that a process remembers, to count facets without reading them again.',
  },
  sqlTimeoutMs: {
    env: 'HUBDEX_SQL_TIMEOUT_MS',
    flag: '--sql-timeout-ms <milliseconds>',
    type: wholeNumber(1, 60 * MINUTE_MS),
    default: 5 * SECOND_MS,
    help: 'How long a query of `hubdex sql` may run.',
  },
  sqlMaxRows: {
    env: 'HUBDEX_SQL_MAX_ROWS',
    flag: '--sql-max-rows <rows>',
    type: wholeNumber(1, 1_000_000),
    default: 1000,
    help: 'Most rows that `hubdex sql` returns.',
  },
  sqlMaxMb: {
    env: 'HUBDEX_SQL_MAX_MB',
    type: wholeNumber(1, 256),
    default: 16,
    help: 'Most megabytes of rows that `hubdex sql` returns.',
  },
  scheduleFull: {
    env: 'HUBDEX_SCHEDULE_FULL',
    type: cronOrOff,
    default: '0 3 * * *',
    help: 'When to walk all listings: for counters, for completeness and as proof of what is gone.',
  },
  scheduleRecent: {
    env: 'HUBDEX_SCHEDULE_RECENT',
    type: cronOrOff,
    default: '*/5 * * * *',
    help: 'When to fetch what is new or changed since the last time.',
  },
  scheduleTags: {
    env: 'HUBDEX_SCHEDULE_TAGS',
    type: cronOrOff,
    default: '30 2 * * *',
    help: 'When to fetch the vocabularies of tags.',
  },
  scheduleStages: {
    env: 'HUBDEX_SCHEDULE_STAGES',
    type: cronOrOff,
    default: '* * * * *',
    help: 'When to look for repos whose details, Parquet columns and cards are due; a run goes on until none is.',
  },
  stageWeights: {
    env: 'HUBDEX_STAGE_WEIGHTS',
    type: weights(['likes', 'trending', 'popularity', 'firstTime', 'age']),
    default: undefined,
    defaultText: 'those of the formula in docs/stages.md',
    help: 'What counts how much in the order of stages, where it differs from the default.',
  },
  scheduleJitterSecs: {
    env: 'HUBDEX_SCHEDULE_JITTER_SECS',
    type: wholeNumber(0, 24 * 3600),
    default: 600,
    help: 'How much later than due a run may start, by chance; never more than a tenth of the time between two runs.',
  },
  scheduleTimeZone: {
    env: 'HUBDEX_SCHEDULE_TIME_ZONE',
    type: timeZone,
    default: 'UTC',
    help: 'The time zone of all schedules.',
  },
  host: {
    env: 'HUBDEX_HOST',
    flag: '--host <address>',
    type: networkAddress,
    default: '127.0.0.1',
    help: 'Address that the server listens on.',
  },
  port: {
    env: 'HUBDEX_PORT',
    flag: '--port <port>',
    type: wholeNumber(0, 65_535),
    default: 8000,
    help: 'Port that the server listens on; 0 for any free one.',
  },
  allowedHosts: {
    env: 'HUBDEX_ALLOWED_HOSTS',
    type: hostNames,
    default: [],
    defaultText: 'none: IP addresses and the names of this machine, as docs/deploying.md lists them',
    help: 'Further names by which the server may be called, such as that of a proxy before it. A page of any other site could otherwise read the server by DNS rebinding.',
  },
  trustedProxies: {
    env: 'HUBDEX_TRUSTED_PROXIES',
    type: networks,
    default: [],
    defaultText: 'none: clients are the addresses that connect',
    help: 'Proxies whose `X-Forwarded-For` and `X-Forwarded-Host` are believed.',
  },
  healthPort: {
    env: 'HUBDEX_HEALTH_PORT',
    type: wholeNumber(0, 65_535),
    default: undefined,
    defaultText: 'none: they listen nowhere',
    help: 'Port on which `hubdex worker` and `hubdex schedule` answer `/health` and `/metrics`; 0 for any free one.',
  },
  operatorToken: {
    env: 'HUBDEX_OPERATOR_TOKEN',
    type: sharedSecret(20),
    default: undefined,
    defaultText: 'none: there is no dashboard',
    help: 'What the operator signs in with to see the queue dashboard of the server.',
    secret: true,
  },
  logFormat: {
    env: 'HUBDEX_LOG_FORMAT',
    type: choice(['auto', 'text', 'json']),
    default: 'auto',
    help: 'How long-running commands log to stderr: text for people, or a JSON object a line. `auto` is text on a terminal, else JSON.',
  },
  logLevel: {
    env: 'HUBDEX_LOG_LEVEL',
    type: choice(['debug', 'info', 'warn', 'error']),
    default: 'info',
    help: 'The least important messages that long-running commands log.',
  },
  webhookSecret: {
    env: 'HUBDEX_WEBHOOK_SECRET',
    type: sharedSecret(16),
    default: undefined,
    defaultText: 'none: webhooks are refused',
    help: "The secret of the Hub's webhook that calls `/webhooks/hub`.",
    secret: true,
  },
} as const satisfies Record<string, Setting>

export type SettingName = keyof typeof SETTINGS

type ValueOf<Entry> = Entry extends { type: ValueType<infer Value>; default: infer Default }
  ? Default extends undefined
    ? Value | undefined
    : Value
  : never

/** The value of every setting; undefined only for those without a default. */
export type Settings = { readonly [Name in SettingName]: ValueOf<(typeof SETTINGS)[Name]> }

/** Where a value came from: `name` is the flag, the variable or the path of the file. */
export type SettingSource = { from: 'flag' | 'environment' | 'file'; name: string } | { from: 'default' }

export interface LoadedSettings {
  values: Settings
  sources: Readonly<Record<SettingName, SettingSource>>
  /** A token of the Hub's own tools lies here, and there is none in the settings. Only for the Hub that it is of. */
  unusedTokenFile?: string | undefined
}

/** The table's rows in the order of the documentation. */
export const settingsTable: readonly (Setting & { readonly name: SettingName })[] = Object.entries(SETTINGS).map(
  ([name, setting]) => ({ name: name as SettingName, ...setting }),
)

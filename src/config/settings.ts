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
  dataDirectory: string
}

export interface Setting<Value = unknown> {
  readonly env: string
  /** Other spellings of the variable, which take precedence. */
  readonly aliases?: readonly string[]
  /** Another variable, used when that one is not set. */
  readonly otherEnv?: string
  /** In commander's syntax; in camel case it is the setting's name. */
  readonly flag?: string
  readonly type: ValueType<Value>
  readonly default: Value | undefined | ((platform: Platform) => Value)
  /** The default in words, where the value alone would say less. */
  readonly defaultText?: string
  readonly help: string
  /**
   * Read from the environment, or from a file that `<env>_FILE` names, and never shown. It has no flag and no key in the
   * settings file: arguments are visible to every user of the machine, and settings files end up in version control.
   */
  readonly secret?: true
}

/** The tasks that a worker can do. */
export const TASK_NAMES = ['pass', 'probe', 'refresh', 'details', 'parquet', 'card', 'index'] as const

export type TaskName = (typeof TASK_NAMES)[number]

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS

/** Every setting, by its key in the settings file. Types, options, `hubdex config` and docs/settings.md come from here. */
export const SETTINGS = {
  dataDir: {
    env: 'HUBDEX_DATA_DIR',
    flag: '--data-dir <folder>',
    type: folder,
    default: (platform: Platform) => platform.dataDirectory,
    defaultText: "the platform's data folder for `hubdex`",
    help: 'Where the embedded catalog is stored.',
  },
  databaseUrl: {
    env: 'DATABASE_URL',
    type: postgresUrl,
    default: undefined,
    defaultText: 'none: the catalog is embedded',
    help: 'The Postgres server, version 15 or newer, that holds the catalog instead of the embedded one.',
    secret: true,
  },
  databaseConnections: {
    env: 'HUBDEX_DATABASE_CONNECTIONS',
    type: wholeNumber(2, 500),
    default: 10,
    help: 'Maximum number of connections to the catalog per process.',
  },
  idleTransactionMs: {
    env: 'HUBDEX_IDLE_TRANSACTION_MS',
    type: wholeNumber(100, 60 * MINUTE_MS),
    default: MINUTE_MS,
    help: 'How long a transaction on the embedded catalog may stay open and idle before it is ended. It blocks all others meanwhile.',
  },
  queue: {
    env: 'HUBDEX_QUEUE',
    type: choice(['auto', 'local', 'redis', 'postgres']),
    default: 'auto',
    help: 'Where tasks are queued: in the process (`local`), on Redis, or on the Postgres of the catalog. `auto` is Redis if REDIS_URL is set, else local.',
  },
  redisUrl: {
    env: 'REDIS_URL',
    type: redisUrl,
    default: undefined,
    defaultText: 'none: tasks are queued in the process',
    help: 'The Redis server, version 6.2 or newer, that queues the tasks of all machines.',
    secret: true,
  },
  queuePrefix: {
    env: 'HUBDEX_QUEUE_PREFIX',
    type: plainName,
    default: 'hubdex',
    help: 'Prefix of all queue names. Catalogs that share a Redis need different prefixes.',
  },
  tasks: {
    env: 'HUBDEX_TASKS',
    flag: '--tasks <names>',
    type: choices(TASK_NAMES),
    default: TASK_NAMES,
    defaultText: 'all',
    help: 'The tasks that `hubdex worker` does.',
  },
  concurrency: {
    env: 'HUBDEX_CONCURRENCY',
    flag: '--concurrency <tasks>',
    type: wholeNumber(1, 256),
    default: 8,
    help: 'Maximum number of tasks of one name that a process works on at once.',
  },
  shutdownTimeoutSecs: {
    env: 'HUBDEX_SHUTDOWN_TIMEOUT_SECS',
    type: wholeNumber(0, 3600),
    default: 20,
    help: 'How long in-flight tasks may continue after SIGTERM or Ctrl-C before they are released to other processes.',
  },
  meiliUrl: {
    env: 'MEILI_URL',
    type: endpointUrl,
    default: undefined,
    defaultText: 'none: the Postgres of the catalog is searched',
    help: 'The Meilisearch server to search with instead of Postgres.',
  },
  meiliApiKey: {
    env: 'MEILI_API_KEY',
    type: accessToken,
    default: undefined,
    defaultText: 'none',
    help: 'API key for Meilisearch; docs/search.md lists the rights it needs.',
    secret: true,
  },
  meiliIndex: {
    env: 'HUBDEX_MEILI_INDEX',
    type: plainName,
    default: 'repos',
    help: 'Name of the Meilisearch index.',
  },
  endpoint: {
    env: 'HF_ENDPOINT',
    flag: '--endpoint <url>',
    type: endpointUrl,
    default: 'https://huggingface.co',
    help: 'The Hub to crawl: any server with the Hub API.',
  },
  previousEndpoint: {
    env: 'HUBDEX_PREVIOUS_ENDPOINT',
    type: endpointUrl,
    default: undefined,
    defaultText: 'none: a catalog of another address is refused',
    help: "The Hub's previous address. Set this after the Hub moves so that the existing catalog continues under HF_ENDPOINT.",
  },
  token: {
    env: 'HF_TOKEN',
    otherEnv: 'HUGGING_FACE_HUB_TOKEN',
    type: accessToken,
    default: undefined,
    defaultText: 'none: anonymous, with the smallest quota',
    help: 'Access token for the Hub, sent to the endpoint only. Several tokens, separated by commas, give workers several quotas; everything else uses the first.',
    secret: true,
  },
  includePrivate: {
    env: 'HUBDEX_INCLUDE_PRIVATE',
    flag: '--include-private',
    type: yesOrNo,
    default: false,
    help: 'Also catalog private repos that the token can see.',
  },
  pageSize: {
    env: 'HUBDEX_PAGE_SIZE',
    flag: '--page-size <repos>',
    type: wholeNumber(1, 1000),
    default: 1000,
    help: 'Number of repos per listing request.',
  },
  recentOverlapSecs: {
    env: 'HUBDEX_RECENT_OVERLAP_SECS',
    type: wholeNumber(0, 86_400),
    default: 600,
    help: 'How many seconds a recent pass overlaps the previous one, to catch changes that the Hub lists late.',
  },
  maxRemovedPercent: {
    env: 'HUBDEX_MAX_REMOVED_PERCENT',
    type: wholeNumber(0, 100),
    default: 10,
    help: "Largest share of a kind's repos, in percent, that one full pass may find missing. If more are missing, none is marked as removed.",
  },
  retries: {
    env: 'HUBDEX_RETRIES',
    type: wholeNumber(0, 100),
    default: 5,
    help: 'How often a failed request is retried.',
  },
  maxConsecutive429s: {
    env: 'HUBDEX_MAX_CONSECUTIVE_429S',
    type: wholeNumber(1, 1000),
    default: 10,
    help: 'Number of consecutive 429 responses, with no progress between them, that end the work until the next run.',
  },
  budgetMarginMs: {
    env: 'HUBDEX_BUDGET_MARGIN_MS',
    type: wholeNumber(0, MINUTE_MS),
    default: 50,
    help: 'How long to wait, after the latest time at which an exhausted quota can have been reset, before sending the next request.',
  },
  hubConnections: {
    env: 'HUBDEX_HUB_CONNECTIONS',
    type: wholeNumber(1, 256),
    default: 8,
    help: 'Maximum number of concurrent requests to the Hub.',
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
    help: 'How long the Hub may take to send response headers after a request.',
  },
  bodyTimeoutMs: {
    env: 'HUBDEX_BODY_TIMEOUT_MS',
    type: wholeNumber(1, 10 * MINUTE_MS),
    default: 30 * SECOND_MS,
    help: 'How long the Hub or a file host may pause while it sends a response body.',
  },
  exchangeTimeoutMs: {
    env: 'HUBDEX_EXCHANGE_TIMEOUT_MS',
    type: wholeNumber(1, 60 * MINUTE_MS),
    default: 5 * MINUTE_MS,
    help: 'How long one exchange may take in total, from connecting to the last byte of the response. Each redirect and each retry is a separate exchange.',
  },
  maxResponseMb: {
    env: 'HUBDEX_MAX_RESPONSE_MB',
    type: wholeNumber(1, 1024),
    default: 32,
    help: 'Largest listing page of 1,000 repos accepted from the Hub, in megabytes, both compressed and decompressed. Limits on other responses, and on how many values a response may hold, scale with it.',
  },
  fileHosts: {
    env: 'HUBDEX_FILE_HOSTS',
    type: hostList,
    default: undefined,
    defaultText: 'none: file hosts are reached over https, on port 443, at public addresses',
    help: 'Hosts in your own network to which your Hub may redirect for files, separated by commas, such as `files.corp.example:9000`. They never get the token.',
  },
  httpsProxy: {
    env: 'HTTPS_PROXY',
    aliases: ['https_proxy'],
    type: proxyUrl,
    default: undefined,
    defaultText: 'ALL_PROXY, else none',
    help: 'Proxy for https addresses: the Hub, file hosts, Meilisearch.',
    secret: true,
  },
  httpProxy: {
    env: 'HTTP_PROXY',
    aliases: ['http_proxy'],
    type: proxyUrl,
    default: undefined,
    defaultText: 'ALL_PROXY, else none',
    help: 'Proxy for http addresses. This machine (`localhost`, 127.0.0.1) is always reached directly.',
    secret: true,
  },
  allProxy: {
    env: 'ALL_PROXY',
    aliases: ['all_proxy'],
    type: proxyUrl,
    default: undefined,
    defaultText: 'none',
    help: 'Proxy for addresses that HTTPS_PROXY and HTTP_PROXY do not cover.',
    secret: true,
  },
  noProxy: {
    env: 'NO_PROXY',
    aliases: ['no_proxy'],
    type: proxyExceptions,
    default: undefined,
    defaultText: 'none',
    help: 'Hosts to reach without a proxy, separated by commas: `example.com` (and its subdomains), `*.example.com`, `10.1.2.3`, `host:8080`, or `*` for all. Ranges such as 10.0.0.0/8 are not supported.',
  },
  certificateFile: {
    env: 'SSL_CERT_FILE',
    type: file,
    default: undefined,
    defaultText: 'none: the authorities built into Node.js, and those in NODE_EXTRA_CA_CERTS',
    help: 'A PEM file with certificate authorities to trust in addition to those built into Node.js, such as that of your company.',
  },
  indexBatchSize: {
    env: 'HUBDEX_INDEX_BATCH_SIZE',
    type: wholeNumber(1, 100_000),
    default: undefined,
    defaultText: '1000 for Postgres, 5000 for Meilisearch',
    help: 'Number of documents per batch sent to the search engine.',
  },
  searchCacheMb: {
    env: 'HUBDEX_SEARCH_CACHE_MB',
    type: wholeNumber(0, 65_536),
    default: 256,
    help: 'Maximum megabytes of the Postgres search index that a process caches, so that facets are counted without reading it again.',
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
    help: 'Maximum number of rows that `hubdex sql` returns.',
  },
  sqlMaxMb: {
    env: 'HUBDEX_SQL_MAX_MB',
    type: wholeNumber(1, 256),
    default: 16,
    help: 'Maximum megabytes of rows that `hubdex sql` returns.',
  },
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
    defaultText: 'none: IP addresses and the names of this machine, as listed in docs/deploying.md',
    help: 'Additional host names at which the server may be reached, such as the name of a reverse proxy. Refusing all others keeps pages of other sites from reading the server by DNS rebinding.',
  },
  trustedProxies: {
    env: 'HUBDEX_TRUSTED_PROXIES',
    type: networks,
    default: [],
    defaultText: 'none: the connecting address is the client',
    help: 'Proxies whose `X-Forwarded-For` and `X-Forwarded-Host` headers are trusted.',
  },
  healthPort: {
    env: 'HUBDEX_HEALTH_PORT',
    type: wholeNumber(0, 65_535),
    default: undefined,
    defaultText: 'none: they do not listen',
    help: 'Port on which `hubdex worker` and `hubdex schedule` serve `/health` and `/metrics`; 0 for any free one.',
  },
  operatorToken: {
    env: 'HUBDEX_OPERATOR_TOKEN',
    type: sharedSecret(20),
    default: undefined,
    defaultText: 'none: there is no dashboard',
    help: 'Token to sign in with to the queue dashboard of the server.',
    secret: true,
  },
  logFormat: {
    env: 'HUBDEX_LOG_FORMAT',
    type: choice(['auto', 'text', 'json']),
    default: 'auto',
    help: 'Log format of long-running commands on stderr: text for people, or one JSON object per line. `auto` is text on a terminal, else JSON.',
  },
  logLevel: {
    env: 'HUBDEX_LOG_LEVEL',
    type: choice(['debug', 'info', 'warn', 'error']),
    default: 'info',
    help: 'Lowest level that long-running commands log.',
  },
  webhookSecret: {
    env: 'HUBDEX_WEBHOOK_SECRET',
    type: sharedSecret(16),
    default: undefined,
    defaultText: 'none: webhooks are refused',
    help: "Secret of the Hub's webhook that calls `/webhooks/hub`.",
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

/** Where a value came from. `name` is the flag, the variable or the path of the file. */
export type SettingSource = { from: 'flag' | 'environment' | 'file'; name: string } | { from: 'default' }

export interface LoadedSettings {
  values: Settings
  sources: Readonly<Record<SettingName, SettingSource>>
  /** Path of a token of the Hub's own tools. Set only when the settings hold no token and the endpoint is the real Hub. */
  unusedTokenFile?: string | undefined
}

/** The rows of the table, in the order of the documentation. */
export const settingsTable: readonly (Setting & { readonly name: SettingName })[] = Object.entries(SETTINGS).map(
  ([name, setting]) => ({ name: name as SettingName, ...setting }),
)

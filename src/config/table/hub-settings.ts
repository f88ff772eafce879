import { accessToken, endpointUrl, hostList, wholeNumber, yesOrNo } from '../value-types.ts'
import type { Setting } from './setting.ts'

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS

/** Which Hub is crawled, and how requests to it are sent. */
export const hubSettings = {
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
} as const satisfies Record<string, Setting>

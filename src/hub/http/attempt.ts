import type { Bucket, WaitLimit } from '../budget/budget.ts'
import type { Priority } from '../budget/priority.ts'
import type { RequestLimit } from '../budget/request-limit.ts'
import type { AnswerKind } from './answer-bounds.ts'
import type { ChangeRequest, Exchange } from './transport/transport.ts'

/**
 * What is requested. Only a single repo can be missing; `fixed` routes exist on every Hub. A `change` needs a token, so its
 * 401 is never about the repo.
 */
type Route = 'repo' | 'fixed' | 'change'

/** How a caller wants a request to be sent. */
export interface Call {
  route: Route
  /** Bounds the size of the answer. @default 'other' */
  answer?: AnswerKind | undefined
  signal?: AbortSignal | undefined
  /** @default the number of the client */
  retries?: number | undefined
  /** The caller's own counter to add to. It also shows what was spent when no answer came. */
  cost?: Cost | undefined
  /** @default 'pass' */
  priority?: Priority | undefined
  /** The caller's limit, in addition to that of the client. */
  limit?: RequestLimit | undefined
  /** @default waits for the budget as long as it takes */
  waitLimit?: WaitLimit | undefined
}

/** What was spent, retries and redirects included. */
export interface Cost {
  /** Requests to the Hub. */
  requests: number
  /** Bytes on the wire, before decompression. */
  wireBytes: number
}

/** How a request is sent, and how an answer is read that is neither a redirect nor an error. */
export interface RequestSpec<Value> {
  method: 'GET' | ChangeRequest['method']
  send(url: string): Promise<Exchange>
  /** @returns undefined when the status is not an expected one */
  read(exchange: Exchange, attempt: Attempt): Value | undefined
  /** Whether a redirect to another host may be followed. @default never */
  mayLeave?(to: URL): boolean
}

/** One attempt at a request. It is sent again after a 429 and stays the same attempt. */
export interface Attempt {
  url: string
  /** The bucket that the Hub charges. Undefined for a file host, whose requests the Hub does not count. */
  bucket: Bucket | undefined
  /** Begins the sentence of an error, such as `GET https://huggingface.co/api/models (attempt 1 of 6)`. */
  what: string
  call: Call
  cost: Cost
  /** @throws HubError when no whole answer came */
  send(): Promise<Exchange>
}

import type { TransactionStatus } from '../protocol/wire.ts'

/** The resource that the running statement exhausted. */
export type Shortage = 'stack' | 'memory'

export interface ThreadData {
  /** Folder of Postgres's files. */
  directory: string
}

/** To the thread: run a batch of protocol messages, or close. */
export type ThreadRequest = { run: Uint8Array } | { close: true }

/** From the thread, for each batch: any number of `output`, then one `done`. */
export type ThreadReport =
  /** Started, with the ParameterStatus messages for new clients. */
  | { ready: Uint8Array }
  /** Whole protocol messages. */
  | { output: Uint8Array }
  /**
   * The rest of the output with the status of the transaction, undefined after a batch that ends in Flush. Both in one message:
   * the query of a client that has the whole answer must not be cancelled.
   */
  | { done: TransactionStatus | undefined; output: Uint8Array; memoryBytes: number }
  /** A fatal failure, after which the thread ends by itself. */
  | { failed: string; shortage?: Shortage | undefined }

import type { TransactionStatus } from '../protocol/wire.ts'

/** The statement that ran asked for more than the engine has of it. */
export type Shortage = 'stack' | 'memory'

/** What the engine's thread is given to start with. */
export interface EngineData {
  /** Where Postgres keeps its files. */
  directory: string
}

/** To the engine: protocol messages to run, up to and including one that ends a unit; or nothing, to close. */
export type EngineRequest = { run: Uint8Array } | { close: true }

/** From the engine, in this order for each unit: any number of `output`, then one `done`. */
export type EngineReport =
  /** Serving; the ParameterStatus messages for clients that connect. */
  | { ready: Uint8Array }
  /** Whole protocol messages. */
  | { output: Uint8Array }
  /**
   * The end of the output with the status of the transaction, undefined after a unit that ends in Flush. In one report: who
   * has the whole answer must not be taken for somebody who still waits for it, whose query could be cancelled.
   */
  | { done: TransactionStatus | undefined; output: Uint8Array; memoryBytes: number }
  /** It cannot go on; the thread ends by itself after this. */
  | { failed: string; shortage?: Shortage | undefined }

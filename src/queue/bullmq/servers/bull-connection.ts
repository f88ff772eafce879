import type { BackendFactory, IQueueBackend } from 'bullmq'

/** What the two servers that BullMQ runs on differ in. */
export interface BullConnection {
  readonly engine: 'redis' | 'postgres'
  readonly backend: BackendFactory<IQueueBackend, unknown>
  /** For who adds and asks: fails when the server is away. */
  readonly forQueues: BackendOptions
  /** For who works: waits until the server is back. */
  forWorker(): BackendOptions
  /** Resolves when the server has answered. */
  ping(): Promise<void>
  /** Resolves when the server takes tasks. */
  probe(): Promise<void>
  close(): Promise<void>
}

interface BackendOptions {
  connection: unknown
  prefix?: string
  skipVersionCheck?: boolean
}

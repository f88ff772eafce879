import type { BackendFactory, IQueueBackend } from 'bullmq'

/** The differences between the two servers that BullMQ runs on. */
export interface BullConnection {
  readonly engine: 'redis' | 'postgres'
  readonly backend: BackendFactory<IQueueBackend, unknown>
  /** For callers that add and ask: fails when the server is unreachable. */
  readonly forQueues: BackendOptions
  /** For workers: waits until the server is reachable again. */
  forWorker(): BackendOptions
  /** Resolves when the server has answered. */
  ping(): Promise<void>
  /** Resolves when the server accepts tasks. */
  probe(): Promise<void>
  close(): Promise<void>
}

interface BackendOptions {
  connection: unknown
  prefix?: string
  skipVersionCheck?: boolean
}

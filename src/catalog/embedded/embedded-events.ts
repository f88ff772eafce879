/** What happens to an embedded catalog, for progress lines and logs. */
export type EmbeddedEvent =
  /** An empty database is being created; takes a few seconds, once. */
  | { type: 'creating'; directory: string }
  /** This process serves the catalog from now on, at this socket. */
  | { type: 'serving'; directory: string; socketPath: string }
  /** Another process serves the catalog; it has not answered yet. */
  | { type: 'waiting'; directory: string }
  /** The engine was started anew to give back the memory that a query had made it take, or because a query had asked for too much. */
  | { type: 'renewed'; memoryBytes: number }
  /** The engine was ended and started again, because a query was cancelled or because it failed. */
  | { type: 'restarted'; reason: string }

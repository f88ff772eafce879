/** Events of an embedded catalog, for progress lines and logs. */
export type EmbeddedEvent =
  /** An empty database is being created, which takes a few seconds. */
  | { type: 'creating'; directory: string }
  /** This process now serves the catalog, at this socket. */
  | { type: 'serving'; directory: string; socketPath: string }
  /** Another process serves the catalog and has not answered yet. */
  | { type: 'waiting'; directory: string }
  /** Postgres was restarted to free memory, or because a query exceeded its limits. */
  | { type: 'renewed'; memoryBytes: number }
  /** Postgres was restarted because a query was cancelled or because it failed. */
  | { type: 'restarted'; reason: string }

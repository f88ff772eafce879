/** Formats in which `hubdex sql` can print rows. */
export const SQL_FORMATS = ['table', 'json', 'csv', 'parquet'] as const

export type SqlFormat = (typeof SQL_FORMATS)[number]

/** What can run a query of `hubdex sql`. */
export const SQL_ENGINES = ['postgres', 'duckdb'] as const

export type SqlEngine = (typeof SQL_ENGINES)[number]

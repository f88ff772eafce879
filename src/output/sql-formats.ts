/** Formats in which `hubdex sql` can print rows. */
export const SQL_FORMATS = ['table', 'json', 'csv'] as const

export type SqlFormat = (typeof SQL_FORMATS)[number]

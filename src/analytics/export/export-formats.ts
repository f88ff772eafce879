/** Formats of the files of an export. */
export const EXPORT_FORMATS = ['parquet', 'csv', 'jsonl'] as const

export type ExportFormat = (typeof EXPORT_FORMATS)[number]

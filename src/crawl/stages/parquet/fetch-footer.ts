import type { ParquetSchema } from '../../../catalog/stages/stage-data.ts'
import type { FileOptions, RepoFile } from '../../../hub/repos/files.ts'
import { readColumns } from './parquet-columns.ts'
import { readMetadata } from './parquet-metadata.ts'
import { BadFooter } from './thrift-reader.ts'

/** What one file tells. */
export interface Footer {
  rows: number
  rowGroups: number
  /** Of the file. */
  bytes: number | null
  schema: ParquetSchema
  /** Compressed, by column of the schema. */
  columnBytes: number[]
}

/** Holds most footers whole: those of a hundred columns and a hundred row groups are about as long. */
const FIRST_BYTES = 64 * 1024

/** A server that knows no ranges sends the file from its beginning: up to this length it may. */
const LONGEST_WHOLE_BYTES = 1024 * 1024

/** The length of the footer and the magic word, at the end of a file. */
const ENDING_BYTES = 8

/**
 * Reads the footer of a Parquet file: the end of the file in one request, and what is missing in a second one where the
 * footer is longer.
 *
 * @param read gets a range of the file
 * @param maxFooterBytes a longer footer is not downloaded
 * @throws BadFooter where there is none to read
 */
export async function fetchFooter(
  read: (options: Pick<FileOptions, 'range' | 'maxBytes'>) => Promise<RepoFile>,
  maxFooterBytes: number,
): Promise<Footer> {
  const end = await read({ range: { last: FIRST_BYTES }, maxBytes: LONGEST_WHOLE_BYTES })
  if (!end.reachesEnd) throw new BadFooter('the server sends no ranges of it, and it is too long to be read whole')
  const { bytes } = end
  const length = footerLength(bytes, end.fileBytes)
  if (length > maxFooterBytes) {
    throw new BadFooter(`its footer is ${length} bytes long, of which at most ${maxFooterBytes} are read`)
  }
  const wanted = length + ENDING_BYTES
  const whole = bytes.length >= wanted ? bytes : await readRest(read, end, wanted)
  return footerOf(whole.subarray(whole.length - wanted, whole.length - ENDING_BYTES), end.fileBytes ?? null)
}

async function readRest(
  read: (options: Pick<FileOptions, 'range' | 'maxBytes'>) => Promise<RepoFile>,
  { bytes, from, fileBytes }: RepoFile,
  wanted: number,
): Promise<Buffer> {
  const missing = wanted - bytes.length
  if (from === undefined || fileBytes === undefined || from < missing) throw new BadFooter('it is cut short')
  const rest = await read({ range: { from: from - missing, to: from - 1 }, maxBytes: missing })
  if (rest.bytes.length !== missing || rest.from !== from - missing) {
    throw new BadFooter('the server sent another range of it than was asked for')
  }
  return Buffer.concat([rest.bytes, bytes])
}

function footerLength(end: Buffer, fileBytes: number | undefined): number {
  const magic = end.toString('latin1', Math.max(0, end.length - 4))
  if (magic === 'PARE') throw new BadFooter('it is encrypted')
  if (end.length < ENDING_BYTES || magic !== 'PAR1') throw new BadFooter('it is no Parquet file')
  const length = end.readUInt32LE(end.length - ENDING_BYTES)
  if (length > (fileBytes ?? Number.POSITIVE_INFINITY) - ENDING_BYTES) throw new BadFooter('it is cut short')
  return length
}

function footerOf(footer: Buffer, bytes: number | null): Footer {
  const { schema, rows, rowGroups, columnBytes } = readMetadata(footer)
  const columns = readColumns(schema)
  return {
    rows,
    rowGroups,
    bytes,
    schema: columns,
    columnBytes: columns.columns.map((_, index) => columnBytes[index] ?? 0),
  }
}

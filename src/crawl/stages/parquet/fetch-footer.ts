import type { ParquetSchema } from '../../../catalog/stages/stage-data.ts'
import type { FileOptions, RepoFile } from '../../../hub/repos/files.ts'
import { readColumns } from './parquet-columns.ts'
import { readMetadata } from './parquet-metadata.ts'
import { BadFooter } from './thrift-reader.ts'

export interface Footer {
  rows: number
  rowGroups: number
  /** Size of the file. */
  bytes: number | null
  schema: ParquetSchema
  /** Compressed bytes by column of the schema. */
  columnBytes: number[]
}

/** Enough for most footers: one of a hundred columns and a hundred row groups is about as long. */
const FIRST_BYTES = 64 * 1024

/** The longest file that a server without support for ranges may send from its beginning. */
const LONGEST_WHOLE_BYTES = 1024 * 1024

/** A file ends with the length of the footer and the magic word. */
const ENDING_BYTES = 8

/**
 * Reads the footer of a Parquet file: the end of the file with one request, and the rest of a longer footer with a second one.
 *
 * @param read fetches a range of the file
 * @param maxFooterBytes a longer footer is not downloaded
 * @throws BadFooter if there is no footer that can be read
 */
export async function fetchFooter(
  read: (options: Pick<FileOptions, 'range' | 'maxBytes'>) => Promise<RepoFile>,
  maxFooterBytes: number,
): Promise<Footer> {
  const end = await read({ range: { last: FIRST_BYTES }, maxBytes: LONGEST_WHOLE_BYTES })
  if (!end.reachesEnd) throw new BadFooter('the server does not support ranges, and the file is too long to be read whole')
  const { bytes } = end
  const length = footerLength(bytes, end.fileBytes)
  if (length > maxFooterBytes) {
    throw new BadFooter(`its footer is ${length} bytes long, expected at most ${maxFooterBytes}`)
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
    throw new BadFooter('the server sent another range than was requested')
  }
  return Buffer.concat([rest.bytes, bytes])
}

function footerLength(end: Buffer, fileBytes: number | undefined): number {
  const magic = end.toString('latin1', Math.max(0, end.length - 4))
  if (magic === 'PARE') throw new BadFooter('it is encrypted')
  if (end.length < ENDING_BYTES || magic !== 'PAR1') throw new BadFooter('it is not a Parquet file')
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

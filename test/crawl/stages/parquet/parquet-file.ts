import { ByteWriter, ParquetWriter, parquetWriteBuffer } from 'hyparquet-writer'
import type { FileOptions, RepoFile } from '../../../../src/hub/repos/files.ts'

/** A valid file with three columns, one of them nested, and row groups of ten rows. */
export function parquetFile(rows = 25): Buffer {
  const numbers = Array.from({ length: rows }, (_, index) => index)
  return Buffer.from(
    parquetWriteBuffer({
      schema: [
        { name: 'root', num_children: 3 },
        { name: 'id', type: 'INT64', repetition_type: 'REQUIRED' },
        { name: 'text', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
        { name: 'labels', repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST' },
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        { name: 'element', type: 'INT32', repetition_type: 'OPTIONAL' },
      ],
      columnData: [
        { name: 'id', data: numbers.map(BigInt) },
        { name: 'text', data: numbers.map((number) => `row ${number}`) },
        { name: 'labels', data: numbers.map((number) => [number, null]) },
      ],
      rowGroupSize: 10,
    }),
  )
}

/** A file that is only a footer of at least this many bytes. */
export function longFooter(bytes: number): Buffer {
  const writer = new ByteWriter()
  const kvMetadata = [{ key: 'long', value: 'x'.repeat(bytes) }]
  const schema = [
    { name: 'root', num_children: 1 },
    { name: 'a', type: 'INT32' as const, repetition_type: 'REQUIRED' as const },
  ]
  const file = new ParquetWriter({ writer, schema, kvMetadata })
  file.finish()
  return Buffer.from(writer.getBuffer())
}

/** A file with the given footer and ending. */
export function withEnding(footer: Buffer, magic = 'PAR1', length = footer.length): Buffer {
  const ending = Buffer.alloc(8)
  ending.writeUInt32LE(length, 0)
  ending.write(magic, 4, 'latin1')
  return Buffer.concat([Buffer.from('PAR1'), footer, ending])
}

/** Reads ranges of a file in memory, as the Hub does, and records them in `asked`. */
export function readerOf(file: Buffer, asked: FileOptions['range'][] = []) {
  return async ({ range, maxBytes }: Pick<FileOptions, 'range' | 'maxBytes'>): Promise<RepoFile> => {
    asked.push(range)
    const from = range === undefined ? 0 : 'last' in range ? Math.max(0, file.length - range.last) : range.from
    const end = range === undefined || 'last' in range ? file.length : range.to + 1
    const bytes = file.subarray(from, Math.min(end, from + maxBytes))
    return {
      bytes,
      from,
      fileBytes: file.length,
      reachesEnd: from + bytes.length >= file.length,
      commit: 'c',
      requests: 1,
    }
  }
}

import { BadFooter, ThriftReader } from './thrift-reader.ts'

/** A group or a column of a schema, in the depth-first order of the file. */
export interface SchemaElement {
  name: string
  /** Undefined for groups. */
  physicalType: string | undefined
  repetition: 'required' | 'optional' | 'repeated'
  children: number
  /** The meaning of the values in a word. Undefined if the physical type says it. */
  logicalType: string | undefined
}

export interface ParquetMetadata {
  schema: SchemaElement[]
  rows: number
  rowGroups: number
  /** Compressed bytes by column, over all row groups. */
  columnBytes: number[]
}

/** More than any ordinary file has. Bounds the memory. */
const MAX_SCHEMA_ELEMENTS = 100_000

const PHYSICAL_TYPES = ['BOOLEAN', 'INT32', 'INT64', 'INT96', 'FLOAT', 'DOUBLE', 'BYTE_ARRAY', 'FIXED_LEN_BYTE_ARRAY']
const REPETITIONS = ['required', 'optional', 'repeated'] as const

/** The older logical types by number, in the words of the newer ones. */
const CONVERTED_TYPES = [
  ...['STRING', 'MAP', 'MAP_KEY_VALUE', 'LIST', 'ENUM', 'DECIMAL', 'DATE'],
  // Before the format had a flag for it, all times were instants in UTC.
  ...['TIME(MILLIS, UTC)', 'TIME(MICROS, UTC)', 'TIMESTAMP(MILLIS, UTC)', 'TIMESTAMP(MICROS, UTC)'],
  ...['UINT8', 'UINT16', 'UINT32', 'UINT64', 'INT8', 'INT16', 'INT32', 'INT64'],
  ...['JSON', 'BSON', 'INTERVAL'],
]

/** Logical types by the number of their field in the union. */
const LOGICAL_TYPES: Readonly<Record<number, string>> = {
  1: 'STRING',
  2: 'MAP',
  3: 'LIST',
  4: 'ENUM',
  5: 'DECIMAL',
  6: 'DATE',
  7: 'TIME',
  8: 'TIMESTAMP',
  10: 'INT',
  11: 'NULL',
  12: 'JSON',
  13: 'BSON',
  14: 'UUID',
  15: 'FLOAT16',
  16: 'VARIANT',
  17: 'GEOMETRY',
  18: 'GEOGRAPHY',
}
const UNITS = ['MILLIS', 'MICROS', 'NANOS']

/** A flag has no value: its type is 1 for true and 2 for false. */
const FLAG_TRUE = 1

/**
 * Parses the footer of a Parquet file, without the last eight bytes of the file.
 *
 * @throws BadFooter if it is not a footer
 */
export function readMetadata(footer: Uint8Array): ParquetMetadata {
  const reader = new ThriftReader(footer)
  const metadata: ParquetMetadata = { schema: [], rows: 0, rowGroups: 0, columnBytes: [] }
  const seen = new Set<number>()
  reader.struct((id, type) => {
    seen.add(id)
    if (id === 2) {
      reader.structs(type, () => {
        if (metadata.schema.length === MAX_SCHEMA_ELEMENTS) throw new BadFooter('it has too many columns')
        metadata.schema.push(readSchemaElement(reader))
      })
    } else if (id === 3) metadata.rows = reader.count()
    else if (id === 4) {
      reader.structs(type, () => {
        metadata.rowGroups++
        readRowGroup(reader, metadata.columnBytes)
      })
    } else return false
    return true
  })
  if (!seen.has(2) || !seen.has(3) || !seen.has(4)) throw new BadFooter('it has no schema, no rows or no row groups')
  return metadata
}

function readSchemaElement(reader: ThriftReader): SchemaElement {
  const element: SchemaElement = {
    name: '',
    physicalType: undefined,
    repetition: 'required',
    children: 0,
    logicalType: undefined,
  }
  let converted: number | undefined
  let scale = 0
  let precision: number | undefined
  reader.struct((id, type) => {
    if (id === 1) element.physicalType = PHYSICAL_TYPES[reader.integer()] ?? 'unknown'
    else if (id === 3) element.repetition = REPETITIONS[reader.integer()] ?? 'required'
    else if (id === 4) element.name = reader.text()
    else if (id === 5) element.children = reader.count()
    else if (id === 6) converted = reader.integer()
    else if (id === 7) scale = reader.integer()
    else if (id === 8) precision = reader.integer()
    else if (id === 10 && type === 12) element.logicalType = readLogicalType(reader)
    else return false
    return true
  })
  const older = converted === undefined ? undefined : CONVERTED_TYPES[converted]
  element.logicalType ??= older === 'DECIMAL' ? `DECIMAL(${precision ?? '?'}, ${scale})` : older
  return element
}

/** A union: a struct with one field, itself a struct with the parameters of the type. */
function readLogicalType(reader: ThriftReader): string | undefined {
  let logicalType: string | undefined
  reader.struct((id, type) => {
    if (type !== 12) return false
    const name = LOGICAL_TYPES[id]
    if (id === 5) logicalType = readDecimal(reader)
    else if (id === 7 || id === 8) logicalType = `${name}(${readTimeParameters(reader)})`
    else if (id === 10) logicalType = readInteger(reader)
    else {
      logicalType = name
      return false
    }
    return true
  })
  return logicalType
}

function readDecimal(reader: ThriftReader): string {
  let scale = 0
  let precision = 0
  reader.struct((id) => {
    if (id === 1) scale = reader.integer()
    else if (id === 2) precision = reader.integer()
    else return false
    return true
  })
  return `DECIMAL(${precision}, ${scale})`
}

/** The unit, and UTC if the values are instants. Without UTC they are local times of an unknown zone. */
function readTimeParameters(reader: ThriftReader): string {
  let unit = '?'
  let isUtc = false
  reader.struct((id, type) => {
    if (id === 1) isUtc = type === FLAG_TRUE
    if (id !== 2 || type !== 12) return false
    reader.struct((unitId) => {
      unit = UNITS[unitId - 1] ?? '?'
      return false
    })
    return true
  })
  return isUtc ? `${unit}, UTC` : unit
}

function readInteger(reader: ThriftReader): string {
  let bits = 0
  let isSigned = true
  reader.struct((id, type) => {
    if (id === 2) isSigned = type === FLAG_TRUE
    if (id !== 1) return false
    bits = reader.byte()
    return true
  })
  return `${isSigned ? 'INT' : 'UINT'}${bits}`
}

function readRowGroup(reader: ThriftReader, columnBytes: number[]): void {
  reader.struct((id, type) => {
    if (id !== 1) return false
    let column = 0
    reader.structs(type, () => {
      const bytes = readColumnBytes(reader)
      // A row group may list a million columns that the schema does not have.
      if (column < MAX_SCHEMA_ELEMENTS) columnBytes[column] = (columnBytes[column] ?? 0) + bytes
      column++
    })
    return true
  })
}

/** Compressed bytes of a column chunk. 0 if its metadata is encrypted. */
function readColumnBytes(reader: ThriftReader): number {
  let bytes = 0
  reader.struct((id, type) => {
    if (id !== 3 || type !== 12) return false
    reader.struct((metadataId) => {
      if (metadataId !== 7) return false
      bytes = reader.count()
      return true
    })
    return true
  })
  return bytes
}

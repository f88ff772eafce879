/** A node of a schema to write. A group has children. */
export interface WrittenElement {
  name: string
  children?: number
  /** Number of the physical type. Undefined for groups. */
  type?: number
  /** Number of the older logical type. */
  converted?: number
  /** The newer logical type, as bytes of its union. */
  logical?: Buffer
}

const STOP = Buffer.from([0])

function unsigned(value: number): Buffer {
  const bytes: number[] = []
  let left = value
  while (left >= 128) {
    bytes.push((left % 128) | 128)
    left = Math.floor(left / 128)
  }
  return Buffer.from([...bytes, left])
}

/** A field, by the difference of its id to the one before: a number, a text or bytes of any type. */
const field = (delta: number, type: number, bytes: Buffer): Buffer => Buffer.concat([Buffer.from([(delta << 4) | type]), bytes])
const integer = (value: number): Buffer => unsigned(value * 2)
const text = (value: string): Buffer => Buffer.concat([unsigned(Buffer.byteLength(value)), Buffer.from(value)])
const list = (structs: readonly Buffer[]): Buffer => Buffer.concat([Buffer.from([0xfc]), unsigned(structs.length), ...structs])

/** A timestamp (8) or time (7) as a newer logical type. Units are 1 for milliseconds, 2 for microseconds. */
export function timeType(which: 7 | 8, isUtc: boolean, unit: number): Buffer {
  const parameters = Buffer.concat([
    Buffer.from([isUtc ? 0x11 : 0x12]),
    field(1, 12, Buffer.concat([field(unit, 12, STOP), STOP])),
    STOP,
  ])
  return Buffer.concat([field(which, 12, parameters), STOP])
}

function elementOf({ name, children = 0, type, converted, logical }: WrittenElement): Buffer {
  const parts: Buffer[] = []
  let last = 0
  const add = (id: number, fieldType: number, bytes: Buffer): void => {
    parts.push(field(id - last, fieldType, bytes))
    last = id
  }
  if (type !== undefined) add(1, 5, integer(type))
  add(3, 5, integer(1))
  add(4, 8, text(name))
  if (children > 0) add(5, 5, integer(children))
  if (converted !== undefined) add(6, 5, integer(converted))
  if (logical !== undefined) add(10, 12, logical)
  return Buffer.concat([...parts, STOP])
}

/** A footer with this schema and number of rows, and one row group in which the columns have these sizes. */
export function footerBytes(
  schema: readonly WrittenElement[],
  { rows = 1, columnBytes = [] as readonly number[] } = {},
): Buffer {
  const chunks = columnBytes.map((bytes) =>
    Buffer.concat([field(3, 12, Buffer.concat([field(7, 6, integer(bytes)), STOP])), STOP]),
  )
  const rowGroup = Buffer.concat([field(1, 9, list(chunks)), STOP])
  return Buffer.concat([
    field(2, 9, list(schema.map(elementOf))),
    field(1, 6, integer(rows)),
    field(1, 9, list([rowGroup])),
    STOP,
  ])
}

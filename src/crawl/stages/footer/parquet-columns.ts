import type { ParquetColumn, ParquetSchema } from '../../../catalog/stages/stage-data.ts'
import type { SchemaElement } from './parquet-metadata.ts'
import { BadFooter } from './thrift-reader.ts'

/** Columns kept of one schema; there are datasets with as many columns as genes. */
const MAX_COLUMNS = 5_000
const MAX_DEPTH = 100
const MAX_PATH_LENGTH = 1_000

/** A group whose children are being read. */
interface Group {
  left: number
  path: string
  nesting: readonly string[]
  isNullable: boolean
  /** Whether its one repeated child is the list or map itself, and no level of its own. */
  isContainer: boolean
}

/**
 * The columns of a schema with the groups around them told in words: `list`, `map` and `struct`, the outermost first.
 *
 * @throws BadFooter when the schema does not add up
 */
export function readColumns(schema: readonly SchemaElement[]): ParquetSchema {
  const columns: ParquetColumn[] = []
  let columnCount = 0
  const open: Group[] = []
  for (const [index, element] of schema.entries()) {
    const parent = open.at(-1)
    if (index > 0 && parent === undefined) throw new BadFooter('its schema has more columns than it says')
    if (parent !== undefined) parent.left--
    const group = enter(element, parent)
    if (element.physicalType === undefined) {
      if (open.length >= MAX_DEPTH) throw new BadFooter('its columns are nested too deep')
      open.push(group)
    } else {
      columnCount++
      if (columns.length < MAX_COLUMNS) columns.push(columnOf(element, group))
    }
    while (open.at(-1)?.left === 0) open.pop()
  }
  if (open.length > 0) throw new BadFooter('its schema has fewer columns than it says')
  return { columnCount, columns }
}

function enter(element: SchemaElement, parent: Group | undefined): Group {
  const { name, repetition, children, logicalType, physicalType } = element
  const isGroup = physicalType === undefined
  if (parent === undefined) return { left: children, path: '', nesting: [], isNullable: false, isContainer: false }
  const words: string[] = []
  if (parent.isContainer && repetition === 'repeated') {
    // Older writers leave out the level between a list and its members.
    if (isGroup && children > 1 && parent.nesting.at(-1) === 'list') words.push('struct')
  } else {
    const container = logicalType === 'LIST' ? 'list' : logicalType?.startsWith('MAP') ? 'map' : undefined
    if (repetition === 'repeated') words.push('list')
    if (isGroup) words.push(container ?? 'struct')
  }
  return {
    left: children,
    path: `${parent.path === '' ? '' : `${parent.path}.`}${name}`.slice(0, MAX_PATH_LENGTH),
    nesting: [...parent.nesting, ...words],
    isNullable: parent.isNullable || repetition === 'optional',
    isContainer: words.at(-1) === 'list' || words.at(-1) === 'map',
  }
}

function columnOf({ physicalType, logicalType }: SchemaElement, { path, nesting, isNullable }: Group): ParquetColumn {
  return {
    path,
    physicalType: physicalType ?? '',
    logicalType: logicalType ?? null,
    nesting: nesting.length === 0 ? null : nesting.join('.'),
    isNullable,
  }
}

import type { ParquetColumn, ParquetSchema } from '../../../catalog/stages/stage-data.ts'
import type { SchemaElement } from './parquet-metadata.ts'
import { BadFooter } from './thrift-reader.ts'

/** Columns kept of one schema; there are datasets with as many columns as genes. */
export const MAX_COLUMNS = 5_000
/** Characters kept of one schema: a column nested to the limit has more than two thousand, and an honest one some thirty. */
export const MAX_COLUMN_CHARACTERS = 1_000_000
const MAX_DEPTH = 100
const MAX_PATH_LENGTH = 1_000

type NestingWord = 'list' | 'map' | 'struct'

/** A group whose children are being read. */
interface Group {
  left: number
  name: string
  /** What it adds to the nesting. */
  words: readonly NestingWord[]
  isNullable: boolean
  /** The last word of its nesting. */
  innermost: NestingWord | undefined
  /** Whether its one repeated child is the list or map itself, and no level of its own. */
  isContainer: boolean
}

/**
 * The columns of a schema with the groups around them told in words: `list`, `map` and `struct`, the outermost first.
 *
 * Paths are put together for the columns that are kept and for no others: a group costs the same at any depth.
 *
 * @throws BadFooter when the schema does not add up
 */
export function readColumns(schema: readonly SchemaElement[]): ParquetSchema {
  const columns: ParquetColumn[] = []
  let characters = 0
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
      if (columns.length < MAX_COLUMNS && characters < MAX_COLUMN_CHARACTERS) {
        const column = columnOf(element, [...open, group])
        characters += charactersOf(column)
        columns.push(column)
      }
    }
    while (open.at(-1)?.left === 0) open.pop()
  }
  if (open.length > 0) throw new BadFooter('its schema has fewer columns than it says')
  return { columnCount, columns }
}

/** What a column takes of the room for a schema. */
export function charactersOf({ path, physicalType, logicalType, nesting }: ParquetColumn): number {
  return path.length + physicalType.length + (logicalType?.length ?? 0) + (nesting?.length ?? 0)
}

function enter(element: SchemaElement, parent: Group | undefined): Group {
  const { name, repetition, children, logicalType, physicalType } = element
  const isGroup = physicalType === undefined
  if (parent === undefined) {
    return { left: children, name: '', words: [], isNullable: false, innermost: undefined, isContainer: false }
  }
  const words: NestingWord[] = []
  if (parent.isContainer && repetition === 'repeated') {
    // Older writers leave out the level between a list and its members.
    if (isGroup && children > 1 && parent.innermost === 'list') words.push('struct')
  } else {
    const container = logicalType === 'LIST' ? 'list' : logicalType?.startsWith('MAP') ? 'map' : undefined
    if (repetition === 'repeated') words.push('list')
    if (isGroup) words.push(container ?? 'struct')
  }
  return {
    left: children,
    name,
    words,
    isNullable: parent.isNullable || repetition === 'optional',
    innermost: words.at(-1) ?? parent.innermost,
    isContainer: words.at(-1) === 'list' || words.at(-1) === 'map',
  }
}

/** @param line the groups from the root to the column, which comes last */
function columnOf({ physicalType, logicalType }: SchemaElement, line: readonly Group[]): ParquetColumn {
  const nesting = line.flatMap(({ words }) => words)
  return {
    path: line
      .slice(1)
      .map(({ name }) => name.slice(0, MAX_PATH_LENGTH))
      .join('.')
      .slice(0, MAX_PATH_LENGTH),
    physicalType: physicalType ?? '',
    logicalType: logicalType ?? null,
    nesting: nesting.length === 0 ? null : nesting.join('.'),
    isNullable: line.at(-1)?.isNullable ?? false,
  }
}

import type { ParquetColumn, ParquetSchema } from '../../../catalog/stages/stage-data.ts'
import type { SchemaElement } from './parquet-metadata.ts'
import { BadFooter } from './thrift-reader.ts'

/** Columns stored per schema. Some datasets have one column per gene. */
export const MAX_COLUMNS = 5_000
/** Characters stored per schema: a column nested to the limit has more than 2,000, an ordinary one about 30. */
export const MAX_COLUMN_CHARACTERS = 1_000_000
const MAX_DEPTH = 100
const MAX_PATH_LENGTH = 1_000

type NestingWord = 'list' | 'map' | 'struct'

/** A group whose children are being read. */
interface Group {
  left: number
  name: string
  /** Its part of the nesting. */
  words: readonly NestingWord[]
  isNullable: boolean
  /** The last word of its nesting. */
  innermost: NestingWord | undefined
  /** Whether its one repeated child is the list or map itself rather than another level. */
  isContainer: boolean
}

/**
 * The columns of a schema with their nesting in words: `list`, `map` and `struct`, the outermost first. Paths are built only
 * for stored columns, so that a group costs the same at any depth.
 *
 * @throws BadFooter if the numbers of children do not match the columns
 */
export function readColumns(schema: readonly SchemaElement[]): ParquetSchema {
  const columns: ParquetColumn[] = []
  let characters = 0
  let columnCount = 0
  const open: Group[] = []
  for (const [index, element] of schema.entries()) {
    const parent = open.at(-1)
    if (index > 0 && parent === undefined) throw new BadFooter('its schema has more columns than it declares')
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
  if (open.length > 0) throw new BadFooter('its schema has fewer columns than it declares')
  return { columnCount, columns }
}

/** The characters of a column that count toward the limit of its schema. */
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
    // Older writers omit the level between a list and its members.
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

/** @param groups from the root to the column, which comes last */
function columnOf({ physicalType, logicalType }: SchemaElement, groups: readonly Group[]): ParquetColumn {
  const nesting = groups.flatMap(({ words }) => words)
  return {
    path: groups
      .slice(1)
      .map(({ name }) => name.slice(0, MAX_PATH_LENGTH))
      .join('.')
      .slice(0, MAX_PATH_LENGTH),
    physicalType: physicalType ?? '',
    logicalType: logicalType ?? null,
    nesting: nesting.length === 0 ? null : nesting.join('.'),
    isNullable: groups.at(-1)?.isNullable ?? false,
  }
}

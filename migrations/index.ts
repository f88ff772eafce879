import type { Migration } from 'kysely/migration'
import { up as catalog } from './0001-catalog.ts'
import { up as search } from './0002-search.ts'
import { up as reader } from './0003-reader.ts'

/** Every migration by name, in order. A landed one is never edited: a change is a new number. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-catalog': { up: catalog },
  '0002-search': { up: search },
  '0003-reader': { up: reader },
}

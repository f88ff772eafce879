import type { Kysely } from 'kysely'
import type pg from 'pg'
import type { QueryLimits } from '../../../analytics/sql-runner.ts'
import type { Database } from '../../../catalog/schema.ts'
import type { SearchEngine } from '../../../search/search-engine.ts'
import type { Embedder } from '../../../search/semantic/embedder.ts'
import type { Access } from '../../security/access.ts'
import type { About } from '../home-page.ts'

/** What the HTTP API answers from. */
export interface ApiOptions {
  catalog: { db: Kysely<Database>; pool: pg.Pool; search: SearchEngine; embedder?: Embedder | undefined }
  about: About
  /** The configured address of the Hub. */
  endpoint: string
  /** The status of the catalog, as `hubdex status --json` prints it. */
  status(): Promise<unknown>
  sqlLimits: QueryLimits
  access: Access
  /** The path that a proxy puts before all paths, such as `/hubdex`; empty for none. */
  basePath: string
}

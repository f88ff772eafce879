import type { Kysely } from 'kysely'
import { type CatalogConnection, createDatabase, openConnection } from '../../catalog/connection.ts'
import { holdsDatabase } from '../../catalog/embedded/data-directory.ts'
import type { EmbeddedEvent } from '../../catalog/embedded/embedded-events.ts'
import { migrate } from '../../catalog/migrate.ts'
import { nameOfDatabase } from '../../catalog/postgres/pool.ts'
import { ReadReplica } from '../../catalog/postgres/replica.ts'
import { createLeaseOwner, type LeaseOwner } from '../../catalog/processes/lease-owner.ts'
import type { Database } from '../../catalog/schema.ts'
import type { Settings } from '../../config/settings.ts'
import { ActiveIndexGuard } from '../../search/indexing/active-index-guard.ts'
import { PostgresSearchEngine } from '../../search/postgres/engine.ts'
import type { SearchEngine } from '../../search/search-engine.ts'
import type { Embedder } from '../../search/semantic/embedder.ts'
import { Cleanup } from '../../util/cleanup.ts'
import type { ServiceContext } from '../context.ts'

type CatalogContext = Pick<ServiceContext, 'settings' | 'log'>

/** An open catalog with its search engine; `await using` closes it. */
export interface OpenCatalog extends AsyncDisposable {
  connection: CatalogConnection
  db: Kysely<Database>
  /** Answers queries of users: the replica, if there is one. What it answers may be older than what was written. */
  reads: Pick<CatalogConnection, 'db' | 'pool'>
  replica: ReadReplica | undefined
  search: SearchEngine
  /** Undefined without semantic search. */
  embedder: Embedder | undefined
  /** This process as an owner of leases. It needs heartbeats to take any, see `startHeartbeat`. */
  owner: LeaseOwner
}

/** Opens the catalog. Creates and migrates it if necessary. */
export async function openCatalog(context: CatalogContext): Promise<OpenCatalog> {
  await using cleanup = new Cleanup()
  const connection = await connect(context)
  cleanup.defer(() => connection.close())
  await migrate(connection.db)
  const replica = await openReplica(context, connection)
  if (replica !== undefined) cleanup.defer(() => replica.pool.end())
  const reads = replica === undefined ? connection : { pool: replica.pool, db: createDatabase(replica.pool) }
  const search = new ActiveIndexGuard(connection.db, await searchEngineOf(context, connection, reads.db))
  const embedder = await embedderOf(context)
  const open = cleanup.move()
  return {
    ...{ connection, db: connection.db, reads, replica, search, embedder },
    owner: createLeaseOwner(),
    [Symbol.asyncDispose]: () => open[Symbol.asyncDispose](),
  }
}

async function openReplica({ settings }: CatalogContext, { pool }: CatalogConnection): Promise<ReadReplica | undefined> {
  const { databaseReadUrl, databaseConnections } = settings
  return databaseReadUrl === undefined ? undefined : await ReadReplica.open(databaseReadUrl, pool, databaseConnections)
}

/** Opens a catalog to read from it. @throws if there is none, instead of creating an empty one */
export async function openExistingCatalog(context: CatalogContext): Promise<OpenCatalog> {
  const { databaseUrl, dataDir } = context.settings
  if (databaseUrl === undefined && !(await holdsDatabase(dataDir))) {
    throw new Error(`There is no catalog in ${dataDir} yet. Run \`hubdex crawl\` first, or set another folder with --data-dir.`)
  }
  return await openCatalog(context)
}

/** The configured engine. It is contacted only when used, because many commands need no search. */
async function searchEngineOf(
  { settings }: CatalogContext,
  connection: CatalogConnection,
  readDb: Kysely<Database>,
): Promise<SearchEngine> {
  const { meiliUrl, meiliApiKey, meiliIndex, searchCacheMb } = settings
  if (meiliUrl === undefined) return new PostgresSearchEngine(connection, searchCacheMb, readDb)
  const [{ MeilisearchEngine }, { networkOf }] = await Promise.all([
    import('../../search/meilisearch/engine.ts'),
    import('./network.ts'),
  ])
  return new MeilisearchEngine({
    url: meiliUrl,
    apiKey: meiliApiKey,
    index: meiliIndex,
    network: networkOf(settings),
  })
}

async function embedderOf({ settings }: CatalogContext): Promise<Embedder | undefined> {
  const { embedderUrl, embedderModel, embedderKey, embedderDimensions, embedderTimeoutMs } = settings
  if (embedderUrl === undefined || embedderModel === undefined) return undefined
  const [{ HttpEmbedder }, { networkOf }] = await Promise.all([
    import('../../search/semantic/http-embedder.ts'),
    import('./network.ts'),
  ])
  return new HttpEmbedder({
    url: embedderUrl,
    model: embedderModel,
    key: embedderKey,
    dimensions: embedderDimensions,
    prefixes: { document: settings.embedderTextPrefix ?? '', query: settings.embedderQueryPrefix ?? '' },
    timeoutMs: embedderTimeoutMs,
    network: networkOf(settings),
  })
}

/** Connects to the catalog without migrating it. */
export async function connect({ settings, log }: CatalogContext): Promise<CatalogConnection> {
  return await openConnection(targetOf(settings), {
    maxConnections: settings.databaseConnections,
    idleInTransactionMs: settings.idleTransactionMs,
    onEvent: (event) => {
      const line = eventLine(event)
      if (line !== undefined) log(line)
    },
  })
}

function targetOf({ databaseUrl, dataDir }: Settings) {
  return databaseUrl === undefined ? { dataDirectory: dataDir } : { databaseUrl }
}

/** How people recognize the catalog, as part of a sentence. */
export function nameOf({ databaseUrl, dataDir }: Settings): string {
  return databaseUrl === undefined ? `the catalog in ${dataDir}` : `the ${nameOfDatabase(databaseUrl)}`
}

/** Only events that make a user wait or wonder have a line. */
function eventLine(event: EmbeddedEvent): string | undefined {
  switch (event.type) {
    case 'creating':
      return `Setting up the catalog in ${event.directory} (a few seconds, once).`
    case 'waiting':
      return `Waiting for the process that has the catalog in ${event.directory} open.`
    case 'restarted':
      return `The catalog's engine was restarted: ${event.reason}`
    default:
      return undefined
  }
}

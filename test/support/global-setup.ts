import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { GenericContainer, Wait } from 'testcontainers'
import type { TestProject } from 'vitest/node'
import { createTemplateDatabase } from './servers/databases.ts'
import { findServer, type ServerSource } from './servers/find-server.ts'
import { MEILI_MASTER_KEY, startLocalMeilisearch } from './servers/local-meilisearch.ts'
import { startLocalPostgres } from './servers/local-postgres.ts'
import { startLocalRedis } from './servers/local-redis.ts'
import { temporaryFolder } from './temporary-folder.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** A superuser's URL of a real Postgres; undefined if there is none. */
    postgresUrl: string | undefined
    /** The name of a database of it with the schema. */
    postgresTemplate: string | undefined
    redisUrl: string | undefined
    meiliUrl: string | undefined
    /** The master key of that Meilisearch. */
    meiliKey: string
    /** A folder for this run, deleted afterwards. */
    scratchDirectory: string
  }
}

/** As in docker-compose.yml, with the same variables. Without a registry, `test/deploy/stand-ins` has images. */
const IMAGES = {
  postgres: process.env['POSTGRES_IMAGE'] || 'postgres:18',
  redis: process.env['REDIS_IMAGE'] || 'redis:8',
  meilisearch: process.env['MEILISEARCH_IMAGE'] || 'getmeili/meilisearch:v1.50',
}

const POSTGRES: ServerSource = {
  what: 'Postgres',
  variable: 'DATABASE_URL',
  container: () => ({
    image: new GenericContainer(IMAGES.postgres)
      .withEnvironment({ POSTGRES_HOST_AUTH_METHOD: 'trust' })
      .withWaitStrategy(Wait.forLogMessage(/ready to accept connections/, 2)),
    port: 5432,
    urlOf: (address) => `postgres://postgres@${address}/postgres`,
  }),
  local: startLocalPostgres,
  isRequiredOnCi: true,
}

const REDIS: ServerSource = {
  what: 'Redis',
  variable: 'REDIS_URL',
  container: () => ({
    image: new GenericContainer(IMAGES.redis).withCommand(['redis-server', '--databases', '512']),
    port: 6379,
    urlOf: (address) => `redis://${address}`,
  }),
  local: startLocalRedis,
  isRequiredOnCi: true,
}

const MEILISEARCH: ServerSource = {
  what: 'Meilisearch',
  variable: 'MEILI_URL',
  container: () => ({
    image: new GenericContainer(IMAGES.meilisearch)
      .withEnvironment({ MEILI_MASTER_KEY })
      .withWaitStrategy(Wait.forHttp('/health', 7700)),
    port: 7700,
    urlOf: (address) => `http://${address}`,
  }),
  local: startLocalMeilisearch,
  // No distribution has a package of it.
  isRequiredOnCi: false,
}

/** Starts what the test files of a run share: real servers and a folder. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [postgres, redis, meilisearch] = await Promise.all([POSTGRES, REDIS, MEILISEARCH].map(findServer))
  const scratchDirectory = await mkdtemp(join(temporaryFolder(), 'hubdex-test-'))
  const template = postgres && (await createTemplateDatabase(postgres.url))
  project.provide('postgresUrl', postgres?.url)
  project.provide('postgresTemplate', template?.name)
  project.provide('redisUrl', redis?.url)
  project.provide('meiliUrl', meilisearch?.url)
  project.provide('meiliKey', process.env['MEILI_API_KEY'] ?? MEILI_MASTER_KEY)
  project.provide('scratchDirectory', scratchDirectory)
  return async () => {
    await template?.drop()
    await Promise.all([postgres, redis, meilisearch].map((server) => server?.stop()))
    await rm(scratchDirectory, { recursive: true, force: true })
  }
}

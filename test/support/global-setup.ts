import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startLocalPostgres } from './local-postgres.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** A superuser's URL of a real Postgres, or undefined where there is none. */
    postgresUrl: string | undefined
    /** A folder for this run, removed after it. */
    scratchDirectory: string
  }
}

/**
 * Brings up once per run what the test files share: a real Postgres. `DATABASE_URL` names one to use; otherwise the
 * machine's own binaries are started. Without either, tests that need it are skipped, except on CI, where that fails.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['DATABASE_URL']
  const local = given ? undefined : await startLocalPostgres()
  const postgresUrl = given || local?.url
  if (postgresUrl === undefined) {
    const reason = 'no DATABASE_URL and no Postgres 15 or newer installed'
    if (process.env['CI'] === 'true') throw new Error(`Tests on CI need a real Postgres: ${reason}.`)
    console.warn(`Tests on a real Postgres are skipped: ${reason}.`)
  }
  const scratchDirectory = await mkdtemp(join(tmpdir(), 'hubdex-test-'))
  project.provide('postgresUrl', postgresUrl)
  project.provide('scratchDirectory', scratchDirectory)
  return async () => {
    await local?.stop()
    await rm(scratchDirectory, { recursive: true, force: true })
  }
}

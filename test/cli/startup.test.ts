import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, inject, it } from 'vitest'
import { sharedCatalog } from '../support/catalog/catalog.ts'
import { catalogTargets } from '../support/catalog/embedded.ts'
import { environmentOf } from '../support/processes/hubdex.ts'
import { startHubdex } from '../support/processes/hubdex-process.ts'

const LIST_PACKAGES = new URL('../support/processes/list-packages.ts', import.meta.url).href

describe('a command loads only the packages that it uses', () => {
  it.each([[['--version']], [['--help']], [['search', '--help']], [['help', 'db', 'migrate']], [['frobnicate']]])(
    '%j loads only the parser of the command line',
    async (commandLine) => {
      // The settings import croner.
      expect(await packagesOf(commandLine)).toEqual(['commander', 'croner'])
    },
  )

  describe.each(catalogTargets.slice(0, 1))('with a catalog that another process has open ($engine)', ({ create }) => {
    const catalog = sharedCatalog(create)

    it('a search loads no engine, no server and no queue', async () => {
      const packages = await packagesOf(['search', 'bert'], environmentOf(catalog))
      expect(packages).toContain('pg')
      // string-width is loaded only for text other than ASCII.
      const unused = ['string-width', '@electric-sql/pglite', 'fastify', 'bullmq', 'ioredis', 'meilisearch', 'undici', 'zod']
      expect(packages.filter((name) => unused.includes(name))).toEqual([])
    })
  })
})

it('asks for HOME if the user has no home folder, instead of storing the catalog in the current one', async () => {
  const { code, stderr } = await startHubdex(['config'], { HOME: '' }).result
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('Set HOME') })
})

/** Runs a command in its own process, and returns the packages that were loaded. */
async function packagesOf(
  commandLine: readonly string[],
  environment: Record<string, string> = {},
): Promise<readonly string[]> {
  const file = join(inject('scratchDirectory'), `packages-${randomUUID()}.json`)
  const { result } = startHubdex(commandLine, {
    ...environment,
    NODE_OPTIONS: `--import=${LIST_PACKAGES}`,
    PACKAGES_FILE: file,
  })
  const { code, stderr } = await result
  expect({ code, stderr }).toMatchObject(commandLine[0] === 'frobnicate' ? { code: 2 } : { code: 0, stderr: '' })
  return JSON.parse(await readFile(file, 'utf8'))
}

import { rm } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { createSampleHub } from '../../../src/sample-hub/sample-hub.ts'
import { openTestCatalog } from '../../support/catalog/catalog.ts'
import { createDataDirectory } from '../../support/catalog/embedded.ts'
import { hubIdOf, PageWriter } from '../../support/hub/pages.ts'
import { hubdex } from '../../support/processes/hubdex.ts'

test('the demo crawls, searches and queries its own Hub, prints one JSON document and exits', async () => {
  const hub = await createSampleHub({ repos: 1_000 })
  // As after an earlier demo that was interrupted, whose Hub had another port.
  const dataDirectory = await catalogWith([...hub.repos('model').take(1)])
  await hub.close()
  try {
    const { code, stdout, stderr } = await hubdex(['demo', '--once', '--json', '--repos', '1000', '--data-dir', dataDirectory])
    expect(code).toBe(0)
    const { crawl, search, sql } = JSON.parse(stdout)
    expect(crawl.passes.map((pass: { state: string }) => pass.state)).toEqual(Array(5).fill('complete'))
    expect(crawl).toMatchObject({ failures: 0, requests: { throttled: 0 } })
    expect(search.hits).toHaveLength(8)
    expect(Object.keys(search.facets)).toEqual(['license'])
    expect(sql).toHaveLength(5)
    // The suggested commands use the catalog, which stays; the last one crawls the real Hub.
    const next = stderr.split('\n').filter((line) => line.startsWith('  hubdex '))
    expect(next.pop()).toBe('  hubdex crawl --limit 5000')
    const printed = next.map((line) => [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, ...parts]) => parts.join('')))
    const results = await Promise.all(printed.map(([, ...commandLine]) => hubdex([...commandLine, '--json'])))
    const [searched, queried, listed] = results.map((result) => JSON.parse(result.stdout))
    expect(searched.total).toBeGreaterThan(0)
    expect(queried).toHaveLength(10)
    expect(listed).toContainEqual(expect.objectContaining({ name: 'licenses' }))
  } finally {
    await rm(dataDirectory, { recursive: true })
  }
})

test("the demo leaves another Hub's catalog alone", async () => {
  const dataDirectory = await catalogWith([{ _id: hubIdOf(1), id: 'a/b' }])
  try {
    const { code, stdout, stderr } = await hubdex(['demo', '--once', '--json', '--repos', '100', '--data-dir', dataDirectory])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('http://hub.example')
  } finally {
    await rm(dataDirectory, { recursive: true })
  }
})

async function catalogWith(models: readonly unknown[]): Promise<string> {
  const dataDirectory = await createDataDirectory()
  const target = { target: { dataDirectory }, remove: async () => undefined }
  await using catalog = await openTestCatalog(async () => target)
  await new PageWriter(catalog).fullPass(models)
  return dataDirectory
}

import { rm } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { createDataDirectory } from '../support/embedded.ts'
import { hubdex } from '../support/hubdex.ts'

test('the demo crawls, searches and queries a Hub of its own, prints one JSON document and ends', async () => {
  const dataDirectory = await createDataDirectory()
  try {
    const { code, stdout, stderr } = await hubdex(['demo', '--once', '--json', '--data-dir', dataDirectory])
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining(`--data-dir '${dataDirectory}'`) })
    const { crawl, search, sql } = JSON.parse(stdout)
    expect(crawl.passes.map((pass: { state: string }) => pass.state)).toEqual(Array(4).fill('complete'))
    expect(crawl).toMatchObject({ failures: 0, requests: { throttled: 0 } })
    expect(search.hits).toHaveLength(8)
    expect(Object.keys(search.facets)).toEqual(['task', 'license'])
    expect(sql).toHaveLength(5)
    // The catalogue stays, and is the one that the demo told of.
    const { stdout: counted } = await hubdex([
      'sql',
      'select count(*) as repos from repos',
      '--data-dir',
      dataDirectory,
      '--json',
    ])
    expect(JSON.parse(counted)).toEqual([{ repos: 5000 }])
  } finally {
    await rm(dataDirectory, { recursive: true })
  }
}, 60_000)

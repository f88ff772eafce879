import { beforeAll, describe, expect, it } from 'vitest'
import { recordFailure } from '../../../src/catalog/stages/failures.ts'
import { crawledHub } from '../../support/catalog/crawled-hub.ts'
import { anyCatalogTarget } from '../../support/catalog/embedded.ts'
import { hubdex } from '../../support/processes/hubdex.ts'

describe.each(anyCatalogTarget)('hubdex show ($engine)', ({ create }) => {
  const { catalog, environment } = crawledHub(create, { repos: 60, seed: 4, quota: 0 }, ['--stage-requests', 'all'])
  const failure = { cause: 'server-error', status: 502, answer: 'answered 502' } as const
  let dataset: { id: string; hubId: string }

  beforeAll(async () => {
    const [row] = await catalog.rows(`
      select hub_id as "hubId", id from parquet_files group by 1, 2 having count(*) = 1 order by 2 limit 1`)
    dataset = row as typeof dataset
    await recordFailure(catalog.db, { task: 'card', hubId: dataset.hubId, kind: 'dataset', ...failure })
    await catalog.rows(`insert into catalog.repo_events (hub_id, event, old_value, new_value)
      values ('${dataset.hubId}', 'license', null, 'mit')`)
  })

  const show = async (...given: string[]) => await hubdex(['show', ...given], environment)
  const parsed = async (...given: string[]) => JSON.parse((await show(...given, '--json')).stdout)

  it('prints everything about a repo as JSON: results of stages, history, events and failures', async () => {
    const known = await parsed(dataset.id)
    expect(known).toMatchObject({ kind: 'dataset', ...dataset, unconfirmed: null, details: expect.any(Object) })
    expect(known.stages.map(({ stage }: { stage: string }) => stage)).toEqual(['details', 'parquet', 'card'])
    expect(known.stages[1]).toMatchObject({ outcome: 'done', isCurrent: true, doneAt: expect.any(String) })
    expect(known.files).toMatchObject({ count: known.files.files.length, bytes: expect.any(Number) })
    expect(known.files.files[0]).toEqual({
      ...{ path: '.gitattributes', size: expect.any(Number), sha256: null, pointerSize: null },
      blobId: expect.stringMatching(/^[0-9a-f]{40}$/),
    })
    const [split] = known.parquet.splits
    expect(split).toMatchObject({ files: [{ url: expect.any(String), error: null }], schema: 0, isEstimated: false })
    expect(known.parquet.schemas[0].columns).toHaveLength(split.columnBytes.length)
    expect(known.history[0]).toEqual({
      day: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      downloads: known.downloads,
      likes: known.likes,
      trendingScore: known.trendingScore,
    })
    expect(known.events.map(({ event }: { event: string }) => event)).toEqual(['license', 'appeared'])
    expect(known.failures).toMatchObject([{ task: 'card', ...failure, attempts: 1 }])
  })

  it('prints counts and the first few of each for people', async () => {
    const { stdout } = await show(dataset.id)
    expect(stdout).toMatch(/^files +\d+ files, [\d.]+ [kMG]?B.*\n +[\d.]+ k?B +\.gitattributes$/m)
    expect(stdout).toMatch(/^parquet +\d+ splits?\n +\S.*: [\d,]+ rows?, /m)
    expect(stdout).toMatch(/^columns +\d+ columns.*\n +\S+ +[A-Z]/m)
    expect(stdout).toMatch(/^stage parquet +done \d+ s ago$/m)
    expect(stdout).toMatch(/^events +2 events\n +\d+ s ago {2}license: none → mit$/m)
    expect(stdout).toMatch(/^failure +card: server-error \(502\) .*, 1 attempt, next in .*: answered 502$/m)
  })

  it('escapes foreign text, on lines of its own that fit the terminal', async () => {
    const evil = `e'\\u001b[2J${'x'.repeat(200)}\\r'`
    const [space] = await catalog.rows('select hub_id, id from spaces limit 1')
    const { hub_id: hubId, id } = space as { hub_id: string; id: string }
    await catalog.rows(`insert into catalog.cards (hub_id, text, bytes, truncated)
      values ('${hubId}', ${evil}, 9, false) on conflict (hub_id) do update set text = excluded.text`)
    await catalog.rows(`update catalog.repo_files set paths[1] = ${evil} where hub_id = '${hubId}'`)
    await catalog.rows(`insert into catalog.repo_events (hub_id, event, new_value) values ('${hubId}', 'sdk', ${evil})`)
    const { stdout } = await hubdex(['show', id], environment, { isTTY: true, columns: 80 })
    for (const control of ['\u001b', '\r']) expect(stdout).not.toContain(control)
    const lines = stdout.split('\n').filter((line) => line.includes('\\u{1b}[2J'))
    expect(lines).toHaveLength(3)
    expect(lines.every((line) => line.length <= 80)).toBe(true)
  })

  it('accepts a hub id in any letter case', async () => {
    expect(await parsed(dataset.hubId.toUpperCase())).toMatchObject(dataset)
    expect((await show(dataset.hubId, '--kind', 'model')).code).toBe(1)
  })

  it('shows the last written of two live repos with one name, and how to show the other', async () => {
    const [older, newer] = (await catalog.rows('select hub_id from models order by hub_id desc limit 2')).map(hubIdOf)
    await catalog.rows(`update catalog.repos set id = 'owner/taken', changed_at = now() - case hub_id
      when '${older}' then interval '2 days' else interval '1 day' end where hub_id in ('${older}', '${newer}')`)
    await catalog.rows(`update catalog.repo_counters set changed_at = now() - interval '3 days'`)
    const { stdout, stderr } = await show('Owner/Taken', '--json')
    expect(JSON.parse(stdout).hubId).toBe(newer)
    expect(stderr).toContain(`hubdex show ${older}`)
    expect(await parsed(older ?? '')).toMatchObject({ hubId: older, id: 'owner/taken' })
  })
})

function hubIdOf(row: Record<string, unknown>): string {
  return String(row['hub_id'])
}

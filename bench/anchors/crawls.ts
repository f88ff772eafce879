import { join } from 'node:path'
import { LISTING_EXPAND } from '../../src/hub/listing/expand.ts'
import { runStep, type StepResult, startHub } from '../support/child.ts'
import { freshDatabase } from '../support/fresh-database.ts'
import { runPython } from './run-python.ts'

/**
 * Crawls of the same pages of a sample Hub into Postgres, compared with fetching and parsing alone. @returns rows of a table
 */
export async function measureCrawls(repos: number, postgresUrl: string, folder: string): Promise<object[]> {
  const hub = await startHub(repos)
  const rows: object[] = []
  let floor = 0
  const show = (program: string, result: StepResult | undefined) => {
    if (result === undefined) return console.log(`${program}: not measured, see above`)
    const rate = (result['repos'] ?? 0) / result.seconds
    if (floor === 0) floor = rate
    rows.push({
      ...{
        program,
        seconds: result.seconds.toFixed(1),
        'repos/s': Math.round(rate),
        'of the floor': (rate / floor).toFixed(3),
      },
      'its CPU per repo': `${Math.round((result.cpuSeconds * 1e6) / (result['repos'] ?? 1))} µs`,
      'peak RSS MB': result.peakRssMb,
    })
    console.log(`${program}: ${Math.round(rate)} repos/s`)
  }
  const hubUrl = hub.url
  try {
    // Warms the Hub, which sorts its repos for the first walk.
    await runStep('floor', { hubUrl })
    show('floor: fetch and parse', await runStep('floor', { hubUrl }))
    const target = { databaseUrl: await freshDatabase(postgresUrl) }
    show('hubdex: crawl', await runStep('crawl', { hubUrl, target, withSearch: false }))
    show('hubdex: unchanged second crawl', await runStep('crawl', { hubUrl, target, withSearch: false }))
    show('hubdex: index from the catalog', await runStep('fill', { target, isRebuild: true }))
    const searchable = { databaseUrl: await freshDatabase(postgresUrl) }
    show('hubdex: crawl and index', await runStep('crawl', { hubUrl, target: searchable, withSearch: true }))
    const plain = { hubUrl, databaseUrl: await freshDatabase(postgresUrl) }
    show('@huggingface/hub, one insert per repo', await runStep('plain', plain))
    const expand = LISTING_EXPAND
    const python = { hubUrl, databaseUrl: await freshDatabase(postgresUrl), expand }
    show('huggingface_hub and psycopg', await runPython('hub_psycopg', python))
    // It insists on a password, for which this server does not ask.
    const withPassword = Object.assign(new URL(await freshDatabase(postgresUrl)), { password: 'none' }).href
    const loaded = { hubUrl, databaseUrl: withPassword, expand, folder: join(folder, 'dlt') }
    show('dlt', await runPython('hub_dlt', loaded))
  } finally {
    await hub.stop()
  }
  return rows
}

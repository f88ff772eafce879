import { readFileSync } from 'node:fs'
import { createSampleHub } from '../../../src/sample-hub/sample-hub.ts'
import { hubLines } from '../../support/hub/hub-truth.ts'

/**
 * Compares the lines on stdin, in the form of `catalogLines`, with the repos of a sample Hub.
 * `node compare-with-hub.ts REPOS SEED`; ends with code 1 if they differ, and prints the first differences.
 */
const [repos = '', seed = ''] = process.argv.slice(2)
const hub = await createSampleHub({ repos: Number(repos), seed: Number(seed) })
const expected = new Set(hubLines(hub))
await hub.close()
const found = new Set(readFileSync(0, 'utf8').split('\n').filter(Boolean))
const missing = [...expected.difference(found)]
const surplus = [...found.difference(expected)]
for (const line of missing.slice(0, 3)) console.error(`only on the Hub:     ${line}`)
for (const line of surplus.slice(0, 3)) console.error(`only in the catalog: ${line}`)
console.log(`${expected.size} repos on the Hub, ${found.size} in the catalog; ${missing.length + surplus.length} differ`)
process.exitCode = missing.length + surplus.length === 0 ? 0 : 1

import { createSampleHub } from '../../src/sample-hub/sample-hub.ts'
import { churnAndWrite } from '../support/hub/churn-and-write.ts'

/**
 * Changes a sample Hub 50 times per second while clients write to it, and checks its rules every minute: indexes and orders,
 * names and former names, collections and their items, commits and refs, hashes of files, counts. Ends with code 1 if one is
 * broken. `node test/soak/hub-churn.ts [minutes] [changes per second] [repos] [state file]`.
 */
const [minutes = '10', perSecond = '50', repos = '5000', state] = process.argv.slice(2)

const hub = await createSampleHub({ repos: Number(repos), seed: 5, quota: 0, ...(state === undefined ? {} : { state }) })
let changes = 0
hub.change.onChange(() => changes++)
const endMs = Date.now() + Number(minutes) * 60_000
let brokenRules = 0
while (Date.now() < endMs && brokenRules === 0) {
  const roundEndMs = Math.min(endMs, Date.now() + 60_000)
  hub.setChurn(Number(perSecond))
  const { broken, counts, steps } = await churnAndWrite(hub, { isDone: () => Date.now() >= roundEndMs, churnPerStep: 0 })
  brokenRules += broken.length
  for (const rule of broken.slice(0, 20)) console.log(rule)
  const refused = Object.values(counts).reduce((sum, count) => sum + count.refused, 0)
  const memory = Math.round(process.memoryUsage().heapUsed / 1e6)
  console.log(
    `${new Date().toISOString()} ${changes} changes, ${steps} writes (${refused} refused), ${memory} MB, ${broken.length} broken`,
  )
}
const { byStatus } = hub.requests
await hub.close()
const failures = Object.entries(byStatus).filter(([status]) => Number(status) >= 500)
console.log(`answers by status: ${JSON.stringify(byStatus)}`)
process.exitCode = brokenRules === 0 && failures.length === 0 && changes > 0 ? 0 : 1

import { REPO_KINDS } from '../../../src/hub/kinds.ts'
import type { SampleHub } from '../../../src/sample-hub/sample-hub.ts'
import { ClientWriter } from './client-writes.ts'
import { brokenCollectionRules, brokenFileRules, brokenStoreRules, NameLedger } from './hub-rules.ts'

const OWNERS = ['ada', 'bob', 'cora']

/**
 * Lets clients of three owners change a Hub at once while it churns, and then checks its rules.
 *
 * @param churnPerStep changes per step of a client; 0 when the Hub churns by its clock
 */
export async function churnAndWrite(
  hub: SampleHub,
  { isDone, churnPerStep }: { isDone: (steps: number) => boolean; churnPerStep: number },
) {
  const ledger = new NameLedger(hub)
  const writers = OWNERS.map((owner, seed) => new ClientWriter(hub.url, { owner, token: `hf_${owner}`, seed }))
  let steps = 0
  await Promise.all(
    writers.map(async (writer) => {
      while (!isDone(steps)) {
        steps++
        if (churnPerStep > 0) hub.churn(churnPerStep)
        await writer.step()
      }
    }),
  )
  hub.setChurn(0)
  const broken = [...ledger.broken(), ...(await brokenStoreRules(hub)), ...brokenCollectionRules(hub)]
  for (const [index, { repos }] of writers.entries()) {
    broken.push(...(await brokenFileRules(hub, repos.slice(-40), `hf_${OWNERS[index]}`)))
  }
  const listed = REPO_KINDS.flatMap((kind) => [...hub.repos(kind, []).take(20)].map(({ id }) => ({ kind, id })))
  broken.push(...(await brokenFileRules(hub, listed)))
  await Promise.all(writers.map((writer) => writer.close()))
  const counts: Record<string, { done: number; refused: number }> = {}
  for (const [name, { done, refused }] of writers.flatMap((writer) => Object.entries(writer.counts))) {
    const sum = counts[name] ?? { done: 0, refused: 0 }
    counts[name] = { done: sum.done + done, refused: sum.refused + refused }
  }
  return { broken, counts, steps }
}

import { request } from 'undici'
import type { HubChange } from '../../src/sample-hub/life/hub-change.ts'
import type { SampleHub } from '../../src/sample-hub/sample-hub.ts'

const EVENTS = {
  create: { action: 'create', scope: 'repo' },
  commit: { action: 'update', scope: 'repo.content' },
  delete: { action: 'delete', scope: 'repo' },
  move: { action: 'move', scope: 'repo' },
  settings: { action: 'update', scope: 'repo.config' },
} as const

/** A delivery as the Hub would make it for a change (hubdocs webhooks.md); undefined for those that it tells nobody of. */
function deliveryOf(change: HubChange): object | undefined {
  if (change.type === 'counters') return undefined
  const { kind, id, hubId, isPrivate } = change
  return {
    event: EVENTS[change.type],
    repo: { type: kind, name: change.type === 'move' ? change.from : id, id: hubId, private: isPrivate },
    ...(change.type === 'move' ? { movedTo: { name: id, owner: { id: 'x' } } } : {}),
    webhook: { id: 'test', version: 3 },
  }
}

/** Delivers every change of a sample Hub to a server, one after the other, until the returned function is called. */
export function deliverChanges(hub: SampleHub, url: string, secret: string): () => Promise<void> {
  let delivered: Promise<void> = Promise.resolve()
  const stop = hub.change.onChange((change) => {
    const delivery = deliveryOf(change)
    if (delivery === undefined) return
    delivered = delivered.then(async () => {
      const { statusCode, body } = await request(`${url}/webhooks/hub`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-webhook-secret': secret },
        body: JSON.stringify(delivery),
      })
      const answer = await body.text()
      if (statusCode !== 202) throw new Error(`The delivery was answered ${statusCode}: ${answer}`)
    })
  })
  return async () => {
    stop()
    await delivered
  }
}

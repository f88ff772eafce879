import type { OpenPass } from '../catalog/passes.ts'
import { readTags } from '../catalog/vocabulary.ts'
import type { HubClient } from '../hub/client.ts'
import type { PassContext } from './run-pass.ts'

/** The two lists, in the order they are fetched; the name of the second stands in the cursor once the first is written. */
const TAG_LISTS = ['model', 'dataset'] as const

/** Fetches and writes both lists of tags: one request each. */
export async function walkTags(
  hub: HubClient,
  pass: OpenPass,
  context: PassContext,
  signal: AbortSignal,
): Promise<void> {
  const first = Math.max(0, TAG_LISTS.indexOf(pass.cursor as (typeof TAG_LISTS)[number]))
  let previousCursor = pass.cursor
  for (const [index, kind] of TAG_LISTS.entries()) {
    if (index < first) continue
    signal.throwIfAborted()
    const { tags, rejected } = readTags(kind, await hub.tagsByType(kind, { signal }))
    const cursor = TAG_LISTS[index + 1] ?? null
    await context.store.writeTags(pass, { tags, rejected, previousCursor, cursor, requests: 1 })
    previousCursor = cursor
    const { scope, passId } = pass
    const counts = await context.store.read(passId)
    context.emit({ type: 'page', kind: 'tags', scope, passId, counts, rejected: [] })
  }
}

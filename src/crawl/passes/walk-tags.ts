import type { OpenPass } from '../../catalog/passes/pass.ts'
import { readTags } from '../../catalog/passes/tags.ts'
import type { HubClient } from '../../hub/client.ts'
import { HubError, RequestLimitReached } from '../../hub/errors.ts'
import type { PassContext } from './run-pass.ts'

/** Once one of the lists is written, the cursor names the other. */
const TAG_LISTS = ['model', 'dataset'] as const
type TagList = (typeof TAG_LISTS)[number]

/**
 * Fetches and writes both tag lists, with one request each.
 *
 * @throws HubError if a list could not be fetched, after the other one is written
 */
export async function walkTags(hub: HubClient, pass: OpenPass, context: PassContext, signal: AbortSignal): Promise<void> {
  const left = new Set<TagList>(TAG_LISTS.filter((kind) => pass.cursor === null || kind === pass.cursor))
  let previousCursor = pass.cursor
  let failure: HubError | undefined
  for (const kind of [...left]) {
    signal.throwIfAborted()
    try {
      const answer = await hub.tagsByType(kind, { signal })
      left.delete(kind)
      previousCursor = await write(kind, answer, [...left][0] ?? null)
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof HubError) || error instanceof RequestLimitReached) throw error
      failure ??= error
    }
  }
  if (failure !== undefined) throw failure

  async function write(kind: TagList, answer: Record<string, unknown>, cursor: TagList | null) {
    const { tags, rejected } = readTags(kind, answer)
    const written = await context.store.writeTags(pass, { tags, rejected, previousCursor, cursor, requests: 1 })
    const { scope, passId } = pass
    context.emit({ type: 'page', kind: 'tags', scope, passId, ...written })
    return cursor
  }
}

import type { Collection } from '../../hub-server/collections/hub-collections.ts'
import type { MemoryStore } from '../memory-store.ts'
import type { SampleHubOptions } from '../options.ts'
import { readPayloadFile } from '../shelves/payload-file.ts'
import { generateCollections } from './generate-collections.ts'
import type { CollectionsState } from './memory-collections.ts'
import { collectionOfPayload } from './payload-collection.ts'

/**
 * Opens the collections that the options ask for. The last payload with a hub id counts.
 *
 * @param latestMs when the newest repo was changed. Generated collections are dated by it rather than by a clock, so that the same
 * seed always makes the same ones.
 */
export async function openCollections(
  { data, payloads, seed = 1 }: SampleHubOptions,
  store: MemoryStore,
  latestMs: number,
): Promise<CollectionsState> {
  if (data === undefined && payloads === undefined) return generateCollections(store, seed, latestMs)
  const byId = new Map<string, Collection>()
  const put = (payload: unknown): void => {
    const collection = collectionOfPayload(payload, store)
    byId.set(collection.hubId, collection)
  }
  if (data !== undefined) await readPayloadFile(data, 'collection', put)
  for (const payload of payloads?.collections ?? []) put(payload)
  return { created: 0, collections: [...byId.values()] }
}

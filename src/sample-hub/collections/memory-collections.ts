import type {
  Collection,
  CollectionFields,
  CollectionItem,
  CollectionPlace,
  CollectionQuery,
  CollectionSort,
  HubCollections,
  ItemTarget,
  ItemUpdate,
} from '../../hub-server/collections/hub-collections.ts'
import { newHubId } from '../life/new-hub-id.ts'

/** What a file keeps of the collections. */
export interface CollectionsState {
  readonly created: number
  readonly collections: readonly Collection[]
}

/** Collections in memory. Each change sets `lastUpdated`. */
export class MemoryCollections implements HubCollections {
  readonly #now: () => number
  readonly #onChange: () => void
  readonly #byId = new Map<string, Collection>()
  /** Collections and items made so far, which makes their ids unique. */
  #created = 0

  /** @param now the Hub's clock, in milliseconds since 1970 */
  constructor(now: () => number, onChange: () => void) {
    this.#now = now
    this.#onChange = onChange
  }

  get state(): CollectionsState {
    return { created: this.#created, collections: [...this.#byId.values()] }
  }

  set state({ created, collections }: CollectionsState) {
    this.#created = created
    this.#byId.clear()
    for (const collection of collections) this.#byId.set(collection.hubId, collection)
  }

  list({ owners, items, text, sort, after, limit }: CollectionQuery) {
    const wanted = new Set(owners.map((owner) => owner.toLowerCase()))
    const part = text.toLowerCase()
    const matching = [...this.#byId.values()].filter((one) => {
      if (wanted.size > 0 && !wanted.has(one.owner.toLowerCase())) return false
      if (!`${one.title} ${one.description ?? ''}`.toLowerCase().includes(part)) return false
      return items === undefined || items.some((item) => one.items.some((own) => isSame(own, item)))
    })
    const rest = matching.sort(ORDERS[sort]).filter((one) => after === undefined || ORDERS[sort](after, one) < 0)
    return { collections: rest.slice(0, limit), hasMore: rest.length > limit }
  }

  find(hubId: string): Collection | undefined {
    return this.#byId.get(hubId)
  }

  ofOwner(owner: string): readonly Collection[] {
    return [...this.#byId.values()].filter((one) => one.owner.toLowerCase() === owner.toLowerCase())
  }

  create(owner: string, fields: CollectionFields): Collection {
    const made = { hubId: this.#newId(), owner, upvotes: 0, trendingScore: 0, lastUpdated: '', items: [], ...fields }
    return this.#put(made)
  }

  update(hubId: string, fields: Partial<CollectionFields>): Collection {
    const old = this.#get(hubId)
    const isRenamed = fields.title !== undefined && fields.title !== old.title
    return this.#put({ ...old, ...fields, slug: isRenamed ? undefined : old.slug })
  }

  delete(hubId: string): void {
    this.#byId.delete(hubId)
    this.#onChange()
  }

  addItem(hubId: string, { type, hubId: target, id }: ItemTarget, note: string | undefined): Collection {
    const collection = this.#get(hubId)
    const item: CollectionItem = { itemId: this.#newId(), type, hubId: target, id, note, gallery: undefined }
    return this.#put({ ...collection, items: [...collection.items, item] })
  }

  updateItems(hubId: string, updates: readonly ItemUpdate[]): Collection {
    const collection = this.#get(hubId)
    let items = [...collection.items]
    for (const { itemId, position, note, gallery } of updates) {
      const place = items.findIndex((item) => item.itemId === itemId)
      const old = items[place]
      if (old === undefined) continue
      const changed = { ...old, note: note === '' ? undefined : (note ?? old.note), gallery: gallery ?? old.gallery }
      items = items.toSpliced(place, 1).toSpliced(position ?? place, 0, changed)
    }
    return this.#put({ ...collection, items })
  }

  deleteItem(hubId: string, itemId: string): void {
    const collection = this.#get(hubId)
    this.#put({ ...collection, items: collection.items.filter((item) => item.itemId !== itemId) })
  }

  /** Gives items the new name of their repo: the former one may lead elsewhere later. No collection counts as changed. */
  rename(type: ItemTarget['type'], hubId: string, id: string): void {
    for (const collection of this.#byId.values()) {
      if (!collection.items.some((item) => isSame(item, { type, hubId }))) continue
      const items = collection.items.map((item) => (isSame(item, { type, hubId }) ? { ...item, id } : item))
      this.#byId.set(collection.hubId, { ...collection, items })
    }
  }

  #get(hubId: string): Collection {
    const collection = this.#byId.get(hubId)
    if (collection === undefined) throw new Error(`There is no collection ${hubId}`)
    return collection
  }

  #put(collection: Collection): Collection {
    const dated = { ...collection, lastUpdated: new Date(this.#now()).toISOString() }
    this.#byId.set(dated.hubId, dated)
    this.#onChange()
    return dated
  }

  #newId(): string {
    return newHubId(this.#now(), 'c0', this.#created++)
  }
}

const ORDERS: Readonly<Record<CollectionSort, (a: CollectionPlace, b: CollectionPlace) => number>> = {
  trending: (a, b) => b.trendingScore - a.trendingScore || byId(a, b),
  lastModified: (a, b) => compare(b.lastUpdated, a.lastUpdated) || byId(a, b),
  upvotes: (a, b) => b.upvotes - a.upvotes || byId(a, b),
}

function byId(a: CollectionPlace, b: CollectionPlace): number {
  return compare(a.hubId, b.hubId)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}

function isSame(own: CollectionItem, other: { readonly type: string; readonly hubId: string }): boolean {
  return own.type === other.type && own.hubId === other.hubId
}

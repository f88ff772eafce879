import type { HubRepo, SortKey, SortValue, WantedFields } from '../../hub-server/hub-store.ts'
import type { Shelf, ShelfMatch } from '../shelves/shelf.ts'
import type { FieldMakers } from './common-fields.ts'
import type { Population } from './population.ts'
import { LATEST_MS } from './timeline.ts'

/** A shelf whose repos are generated when they are read: a million of them take no memory. */
export class GeneratedShelf implements Shelf {
  readonly closed = []
  readonly latestMs = LATEST_MS
  readonly #population: Population
  readonly #makers: FieldMakers

  constructor(population: Population, makers: FieldMakers) {
    this.#population = population
    this.#makers = makers
  }

  get size(): number {
    return this.#population.size
  }

  hubIdAt(index: number): string {
    return this.#population.hubIdAt(index)
  }

  sortValueAt(index: number, key: SortKey): SortValue {
    if (key === 'id') return this.#population.idAt(index)
    if (key === 'createdAt') return this.#population.createdAt(index)
    if (key === 'lastModified') return this.#population.modifiedAt(index)
    const value = this.#makers[key]?.(index)
    return typeof value === 'number' ? value : null
  }

  repoAt(index: number, fields: WantedFields): HubRepo {
    const repo: { _id: string; id: string; [field: string]: unknown } = {
      _id: this.#population.hubIdAt(index),
      id: this.#population.idAt(index),
    }
    for (const name of fields.names) {
      const value = this.#makers[name]?.(index)
      if (value !== undefined) repo[name] = value
    }
    return repo
  }

  find(id: string): ShelfMatch | undefined {
    const index = this.#population.indexOf(id)
    return index === undefined ? undefined : { index, id: this.#population.idAt(index) }
  }
}

/** Enough for the terms that most documents share. A full vocabulary has millions of words that occur once. */
const MAX_TERMS = 100_000

export interface NumberedTerm {
  id: number
  field: string
  value: string
}

/** Caches the ids of recently used terms. Ids stay valid within an epoch, which ends when all terms are removed at once. */
export class TermCache {
  readonly #ids = new Map<string, Map<string, number>>()
  #epoch = ''
  #size = 0

  /** Call this with the current epoch before reading ids. */
  startEpoch(epoch: string): void {
    if (epoch === this.#epoch) return
    this.#clear()
    this.#epoch = epoch
  }

  idsIn(field: string): ReadonlyMap<string, number> | undefined {
    return this.#ids.get(field)
  }

  /** @param terms must be committed */
  add(epoch: string, terms: readonly NumberedTerm[]): void {
    if (epoch !== this.#epoch) return
    if (this.#size + terms.length > MAX_TERMS) this.#clear()
    for (const { id, field, value } of terms) {
      const ids = this.#ids.get(field) ?? new Map<string, number>()
      this.#ids.set(field, ids.set(value, id))
    }
    this.#size += terms.length
  }

  #clear(): void {
    this.#ids.clear()
    this.#size = 0
  }
}

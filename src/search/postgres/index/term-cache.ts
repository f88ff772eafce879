/** Enough for what most documents share; a full vocabulary has millions of words that occur once. */
const MAX_TERMS = 100_000

export interface NumberedTerm {
  id: number
  field: string
  value: string
}

/**
 * The ids of terms that were met lately. Terms keep their ids until all are removed at once, after which `generation` is
 * another: what is remembered of the one before is forgotten.
 */
export class TermCache {
  readonly #ids = new Map<string, Map<string, number>>()
  #generation = ''
  #size = 0

  /** To be called before ids are read, with the present generation. */
  enter(generation: string): void {
    if (generation === this.#generation) return
    this.#forget()
    this.#generation = generation
  }

  idsIn(field: string): ReadonlyMap<string, number> | undefined {
    return this.#ids.get(field)
  }

  /** Remembers terms that are known to be committed. */
  learn(generation: string, terms: readonly NumberedTerm[]): void {
    if (generation !== this.#generation) return
    if (this.#size + terms.length > MAX_TERMS) this.#forget()
    for (const { id, field, value } of terms) {
      const ids = this.#ids.get(field) ?? new Map<string, number>()
      this.#ids.set(field, ids.set(value, id))
    }
    this.#size += terms.length
  }

  #forget(): void {
    this.#ids.clear()
    this.#size = 0
  }
}

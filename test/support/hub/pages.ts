import type { OpenPass } from '../../../src/catalog/passes/pass.ts'
import { createPassStore, type PassStore } from '../../../src/catalog/passes/pass-store.ts'
import { readPage } from '../../../src/crawl/passes/read-page.ts'
import type { RepoKind } from '../../../src/hub/kinds.ts'
import type { TestCatalog } from '../catalog/catalog.ts'
import { testOwner } from '../catalog/owners.ts'

const ENDPOINT = 'http://hub.example'

/** An `_id` in the form of the Hub. */
export function hubIdOf(number: number): string {
  return number.toString(16).padStart(24, '0')
}

/** Writes full passes of one page each, without a Hub. */
export class PageWriter {
  readonly #store: PassStore
  readonly #endpoint: string

  constructor(catalog: TestCatalog, endpoint = ENDPOINT) {
    this.#store = createPassStore(catalog.connection, testOwner())
    this.#endpoint = endpoint
  }

  async open(kind: RepoKind = 'model'): Promise<OpenPass> {
    const pass = await this.#store.openPass({ kind, scope: 'full', endpoint: this.#endpoint })
    if ('leasedBy' in pass) throw new Error(`Leased by ${pass.leasedBy}.`)
    if ('restsUntil' in pass) throw new Error(`Rests until ${pass.restsUntil.toISOString()}.`)
    return pass
  }

  /** Writes a complete full pass in which the Hub lists exactly these repos. */
  async fullPass(items: readonly unknown[], kind: RepoKind = 'model'): Promise<void> {
    await this.write(await this.open(kind), items)
  }

  /** Writes the first page of a pass, which is the last if no other is linked. */
  async write(pass: OpenPass, items: readonly unknown[], cursor: string | null = null): Promise<void> {
    const position = { previousCursor: null, cursor, requests: 1, lastCreatedAt: null }
    await this.#store.writePage(pass, readPage({ kind: pass.kind as RepoKind, items, ...position, includePrivate: false }))
  }
}

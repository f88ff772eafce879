import { readRepo } from '../src/catalog/repos/record.ts'
import { REPO_KINDS } from '../src/hub/kinds.ts'
import { EXPANDABLE } from '../src/hub-server/repo-fields.ts'
import { generateShelves } from '../src/sample-hub/generator/generate-shelves.ts'
import type { SearchDocument } from '../src/search/search-document.ts'
import { documentOfRecord } from '../test/support/catalog/record-document.ts'

/** Documents of generated repos. The kinds take turns, as in concurrent passes. */
export function* generatedDocuments(repos: number, seed: number): Generator<SearchDocument> {
  const shelves = generateShelves(repos, seed)
  for (let index = 0; index < repos; index++) {
    for (const kind of REPO_KINDS) {
      if (index >= shelves[kind].size) continue
      const names = new Set(EXPANDABLE[kind].filter((name) => name !== 'siblings'))
      const record = readRepo(kind, shelves[kind].repoAt(index, { names, blobs: false }))
      if (!('reason' in record)) yield documentOfRecord(record)
    }
  }
}

import { type RepoRecord, readRepo } from '../src/catalog/repo-record.ts'
import { REPO_KINDS } from '../src/hub/kinds.ts'
import { EXPANDABLE } from '../src/hub-server/repo-fields.ts'
import { generateShelves } from '../src/sample-hub/generator/generate-shelves.ts'
import { documentOf } from '../src/search/documents.ts'
import type { SearchDocument } from '../src/search/search-document.ts'

/** Documents of the sample Hub's generated repos, of all kinds in turn as side-by-side passes deliver them. */
export function* generatedDocuments(repos: number, seed: number): Generator<SearchDocument> {
  const shelves = generateShelves(repos, seed)
  for (let index = 0; index < repos; index++) {
    for (const kind of REPO_KINDS) {
      if (index >= shelves[kind].size) continue
      const names = new Set(EXPANDABLE[kind].filter((name) => name !== 'siblings'))
      const record = readRepo(kind, shelves[kind].repoAt(index, { names, blobs: false }))
      if (!('reason' in record)) yield documentOf(rowOf(record))
    }
  }
}

/** The record as it would be read back from the catalogue. */
function rowOf(record: RepoRecord): Parameters<typeof documentOf>[0] {
  const columns = record.columns()
  return {
    ...columns,
    former_names: null,
    trending_score: record.trending_score,
    parameters: textOf(columns.parameters),
    downloads: textOf(record.downloads),
    likes: textOf(record.likes),
    created_at: dateOf(columns.created_at),
    last_modified: dateOf(columns.last_modified),
  }
}

function textOf(value: number | null): string | null {
  return value === null ? null : String(value)
}

function dateOf(value: string | null): Date | null {
  return value === null ? null : new Date(value)
}

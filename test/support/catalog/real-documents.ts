import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { readRepo } from '../../../src/catalog/repos/record.ts'
import { pluralOf, REPO_KINDS } from '../../../src/hub/kinds.ts'
import type { SearchDocument } from '../../../src/search/search-document.ts'
import { documentOfRecord } from './record-document.ts'

/** Every `step`-th search document of the real metadata in a folder. */
export function realDocuments(folder: string, step: number): SearchDocument[] {
  const documents = new Map<string, SearchDocument>()
  for (const kind of REPO_KINDS) {
    const text = gunzipSync(readFileSync(join(folder, `${pluralOf[kind]}.jsonl.gz`))).toString()
    const lines = text.split('\n').filter((line, index) => line !== '' && index % step === 0)
    for (const line of lines) {
      const record = readRepo(kind, JSON.parse(line))
      if ('reason' in record) continue
      const document = documentOfRecord(record)
      documents.set(document.hubId, document)
    }
  }
  return [...documents.values()]
}

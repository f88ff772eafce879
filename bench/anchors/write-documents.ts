import { createWriteStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { SearchDocument } from '../../src/search/search-document.ts'
import { plain, textsOf } from '../relevance/rivals/fields.ts'
import { generatedDocuments } from '../support/search-documents.ts'
import { queriesOf, searchQueries } from '../support/search-queries.ts'

/** A document for engines that know nothing of hubdex: texts to search, values to filter and count, numbers to sort by. */
export interface PlainDocument {
  id: string
  texts: Record<'name' | 'author_text' | 'labels' | 'description', string>
  values: Record<string, string[]>
  numbers: Record<string, number>
}

export interface DocumentFiles {
  /** JSON lines of `SearchDocument`, as an engine of hubdex takes them. */
  ours: string
  /** The same documents, as JSON lines of `PlainDocument`. */
  plain: string
  /** All queries, as a JSON array. */
  queries: string
}

/** Writes the same documents and queries for every engine. */
export async function writeDocuments(folder: string, documents: number): Promise<DocumentFiles> {
  const files = { ours: join(folder, 'ours.jsonl'), plain: join(folder, 'plain.jsonl'), queries: join(folder, 'queries.json') }
  const write = (path: string, lineOf: (document: SearchDocument) => unknown) =>
    pipeline(Readable.from(lines(documents, lineOf)), createWriteStream(path))
  await write(files.ours, (document) => document)
  await write(files.plain, plainDocumentOf)
  await writeFile(files.queries, JSON.stringify(Object.keys(searchQueries).flatMap(queriesOf)))
  return files
}

function* lines(documents: number, lineOf: (document: SearchDocument) => unknown): Generator<string> {
  for (const document of generatedDocuments(documents, 1)) yield `${JSON.stringify(lineOf(document))}\n`
}

function plainDocumentOf(document: SearchDocument): PlainDocument {
  const [name, author, labels, description] = textsOf(document, plain)
  const { kind, tags, task, library, license, language, createdAt, lastModified } = document
  const year = createdAt === null ? [] : [createdAt.slice(0, 4)]
  return {
    id: document.id,
    texts: { name, author_text: author, labels, description },
    values: {
      ...{ kind: [kind], author: document.author === null ? [] : [document.author] },
      ...{ tag: tags, task, library, license, language, year },
    },
    numbers: {
      ...{ downloads: document.downloads, likes: document.likes, trending: document.trendingScore },
      created: Date.parse(createdAt ?? '') || 0,
      modified: Date.parse(lastModified ?? '') || 0,
    },
  }
}

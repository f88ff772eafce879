import { createHash } from 'node:crypto'
import { sanitizeText } from '../../../catalog/repos/sanitize-text.ts'
import type { Counters, SearchDocument } from '../../search-document.ts'
import { FILTER_FIELDS, type FilterField, valuesOf } from '../../search-fields.ts'
import { documentWordsOf, facetValue, nameOf } from '../../text/document-words.ts'
import { folded } from '../../text/normalize.ts'
import { popularityOf } from '../../text/popularity.ts'
import { wholeWordOf } from './synonyms.ts'
import { keptCodedValue } from './value.ts'
import { codedWords } from './word.ts'

export const PRIMARY_KEY = 'key'

/** A document as Meilisearch keeps it: what is shown, as it is, and what is searched, filtered and sorted by, in code. */
export interface StoredDocument extends SearchDocument {
  key: string
  words: { name: string; author: string; tags: string; description: string }
  facets: Record<FilterField, string[]>
  /** The id and the name by which it is named in full. */
  names: string[]
  /** The hub id, in code: decides between documents that are equal otherwise. */
  order: string
  popularity: number
  created: number | null
  modified: number | null
}

export function storedDocumentOf(document: SearchDocument): StoredDocument {
  const words = documentWordsOf(document)
  const { hubId, id, createdAt, lastModified } = document
  return {
    ...(storableOf(document) as SearchDocument),
    key: keyOf(hubId),
    words: {
      name: codedWords(words['word name']),
      author: codedWords(words['word author']),
      tags: codedWords(
        words['word tags'],
        [...document.tags, ...document.task, ...document.license].flatMap(wholeWordOf),
      ),
      description: codedWords(words['word description']),
    },
    facets: Object.fromEntries(
      FILTER_FIELDS.map((field) => [
        field,
        [...new Set(valuesOf[field](document).map((value) => keptCodedValue(facetValue(value))))],
      ]),
    ) as StoredDocument['facets'],
    names: [...new Set([id, nameOf(id)])].map(codedName),
    order: keptCodedValue(hubId),
    popularity: popularityOf(document),
    created: createdAt === null ? null : Date.parse(createdAt),
    modified: lastModified === null ? null : Date.parse(lastModified),
  }
}

export function storedCountersOf({ hubId, downloads, likes, trendingScore }: Counters & { hubId: string }) {
  return { key: keyOf(hubId), downloads, likes, trendingScore, popularity: popularityOf({ downloads, likes }) }
}

/** A name as it is looked for when a query may name a repo in full. */
export function codedName(name: string): string {
  return keptCodedValue(sanitizeText(folded(name)))
}

/**
 * The primary key of a hub id. Meilisearch takes letters, digits, hyphen and underscore, 511 of them at most; the Hub's own
 * ids are such. Any other is named by its digest, behind an underscore, with which no plain one begins.
 */
export function keyOf(hubId: string): string {
  return /^[A-Za-z0-9-][A-Za-z0-9_-]{0,254}$/.test(hubId)
    ? hubId
    : `_${createHash('sha256').update(hubId).digest('hex')}`
}

/** Without half characters, which no JSON may hold, wherever they stand. */
function storableOf(value: unknown): unknown {
  if (typeof value === 'string') return sanitizeText(value)
  if (Array.isArray(value)) return value.map(storableOf)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, storableOf(part)]))
}

/** The attributes that make up a hit. */
export const SHOWN = [
  'hubId',
  'kind',
  'id',
  'formerNames',
  'author',
  'description',
  'tags',
  'task',
  'library',
  'license',
  'language',
  'modality',
  'format',
  'gated',
  'sdk',
  'sizeCategory',
  'parameters',
  'parameterClass',
  'createdAt',
  'lastModified',
  'downloads',
  'likes',
  'trendingScore',
] as const satisfies readonly (keyof SearchDocument)[]

/** A hit as it is given out. */
export function shownDocumentOf(stored: SearchDocument): SearchDocument {
  return Object.fromEntries(SHOWN.map((name) => [name, stored[name]])) as unknown as SearchDocument
}

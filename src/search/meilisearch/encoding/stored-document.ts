import { createHash } from 'node:crypto'
import { sanitizeText } from '../../../catalog/repos/sanitize-text.ts'
import type { Counters, IndexedDocument, SearchDocument } from '../../search-document.ts'
import { FILTER_FIELDS, type FilterField, valuesOf } from '../../search-fields.ts'
import { documentWordsOf, facetValue, README_PLACE, wholeNameOf } from '../../text/document-words.ts'
import { joinedName, sortedNameParts } from '../../text/name-forms.ts'
import { normalize } from '../../text/normalize.ts'
import { popularityOf } from '../../text/popularity.ts'
import { meaningCodesOf } from './synonyms.ts'
import { encodeTruncated } from './value.ts'
import { encodeWholeWord, encodeWords } from './word.ts'

export const PRIMARY_KEY = 'key'

/** A document as Meilisearch stores it: fields of hits as they are; what is searched, filtered and sorted by, encoded. */
export interface StoredDocument extends SearchDocument {
  key: string
  words: { name: string; author: string; tags: string; description: string; readme: string; whole: string }
  facets: Record<FilterField, string[]>
  /** The encoded id, and the name without separators and as sorted parts, for queries that name it in full. */
  names: string[]
  /** The encoded hub id, which breaks ties. */
  order: string
  popularity: number
  created: number | null
  modified: number | null
}

export function storedDocumentOf({ readmeWords = [], ...document }: IndexedDocument): StoredDocument {
  const words = documentWordsOf({ ...document, readmeWords })
  const { hubId, id, createdAt, lastModified } = document
  const name = wholeNameOf(document)
  const joined = joinedName(name)
  return {
    ...(sanitized(document) as SearchDocument),
    key: keyOf(hubId),
    words: {
      name: encodeWords(words['word name'], meaningCodesOf(document, 'word name')),
      author: encodeWords(words['word author']),
      tags: encodeWords(words['word tags'], meaningCodesOf(document, 'word tags')),
      description: encodeWords(words['word description'], meaningCodesOf(document, 'word description')),
      readme: encodeWords(words[README_PLACE]),
      whole: encodeWords([joined].filter(Boolean), joined === '' ? [] : [encodeWholeWord(joined)]),
    },
    facets: Object.fromEntries(
      FILTER_FIELDS.map((field) => [
        field,
        [...new Set(valuesOf[field](document).map((value) => encodeTruncated(facetValue(value))))],
      ]),
    ) as StoredDocument['facets'],
    names: [...new Set([id, joined, sortedNameParts(name)])].map(encodeName),
    order: encodeTruncated(hubId),
    popularity: popularityOf(document),
    created: createdAt === null ? null : Date.parse(createdAt),
    modified: lastModified === null ? null : Date.parse(lastModified),
  }
}

export function storedCountersOf({ hubId, downloads, likes, trendingScore }: Counters & { hubId: string }) {
  return { key: keyOf(hubId), downloads, likes, trendingScore, popularity: popularityOf({ downloads, likes }) }
}

/** Encodes a name for queries that name a repo in full. */
export function encodeName(name: string): string {
  return encodeTruncated(sanitizeText(normalize(name)))
}

/**
 * The primary key of a hub id. Meilisearch allows letters, digits, hyphen and underscore, 511 of them at most; the Hub's own
 * ids comply. Any other becomes an underscore, with which no unchanged key begins, and its digest.
 */
export function keyOf(hubId: string): string {
  return /^[A-Za-z0-9-][A-Za-z0-9_-]{0,254}$/.test(hubId) ? hubId : `_${createHash('sha256').update(hubId).digest('hex')}`
}

/** Removes unpaired surrogates, which JSON cannot contain, at any depth. */
function sanitized(value: unknown): unknown {
  if (typeof value === 'string') return sanitizeText(value)
  if (Array.isArray(value)) return value.map(sanitized)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, sanitized(part)]))
}

export const SHOWN = [
  'hubId',
  'kind',
  'id',
  'formerNames',
  'author',
  'title',
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
  'theme',
  'sizeCategory',
  'parameters',
  'parameterClass',
  'createdAt',
  'lastModified',
  'readmeDigest',
  'downloads',
  'likes',
  'trendingScore',
] as const satisfies readonly (keyof SearchDocument)[]

export function shownDocumentOf(stored: SearchDocument): SearchDocument {
  // Documents of older versions lack the fields of collections.
  return Object.fromEntries(SHOWN.map((name) => [name, stored[name] ?? null])) as unknown as SearchDocument
}

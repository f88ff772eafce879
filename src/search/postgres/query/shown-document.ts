import type { Counters, SearchDocument } from '../../search-document.ts'

/** A document without its counters, which have columns of their own because they move daily. */
export type ShownDocument = Omit<SearchDocument, keyof Counters>

type Optional = Omit<ShownDocument, 'hubId' | 'kind' | 'id'>

/** A document as it is stored: without what it has nothing for, which is most of its fields. */
export type StoredDocument = Omit<ShownDocument, keyof Optional> & Partial<Optional>

export function storedDocumentOf(document: ShownDocument): StoredDocument {
  const stored: StoredDocument = { ...document }
  for (const field of OPTIONAL) if (isNothing(document[field])) stored[field] = undefined
  return stored
}

export function shownDocumentOf(stored: StoredDocument): ShownDocument {
  return { ...nothing(), ...stored }
}

const OPTIONAL = Object.keys(nothing()) as (keyof Optional)[]

function isNothing(value: string | number | readonly string[] | null): boolean {
  return value === null || (Array.isArray(value) && value.length === 0)
}

/** Made anew for each document, so that no two share a list. */
function nothing(): Optional {
  return {
    formerNames: [],
    author: null,
    description: null,
    tags: [],
    task: [],
    library: [],
    license: [],
    language: [],
    modality: [],
    format: [],
    gated: null,
    sdk: null,
    sizeCategory: null,
    parameters: null,
    parameterClass: null,
    createdAt: null,
    lastModified: null,
  }
}

import type { Counters, SearchDocument } from '../../search-document.ts'

/** A document without its counters, which change daily and therefore have their own columns. */
export type ShownDocument = Omit<SearchDocument, keyof Counters>

type Optional = Omit<ShownDocument, 'hubId' | 'kind' | 'id'>

/** A document as it is stored: without its empty fields, which are most of them. */
export type StoredDocument = Omit<ShownDocument, keyof Optional> & Partial<Optional>

export function storedDocumentOf(document: ShownDocument): StoredDocument {
  const { hubId, kind, id } = document
  const stored: StoredDocument = { hubId, kind, id }
  const store = <Field extends keyof Optional>(field: Field) => {
    if (!isEmpty(document[field])) stored[field] = document[field]
  }
  for (const field of OPTIONAL) store(field)
  return stored
}

export function shownDocumentOf(stored: StoredDocument): ShownDocument {
  return { ...emptyFields(), ...stored }
}

const OPTIONAL = Object.keys(emptyFields()) as (keyof Optional)[]

function isEmpty(value: string | number | readonly string[] | null): boolean {
  return value === null || (Array.isArray(value) && value.length === 0)
}

/** Created for each document, so that no two share a list. */
function emptyFields(): Optional {
  return {
    formerNames: [],
    author: null,
    title: null,
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
    theme: null,
    sizeCategory: [],
    parameters: null,
    parameterClass: null,
    createdAt: null,
    lastModified: null,
    readmeDigest: null,
  }
}

import { requireActiveIndex } from '../../search/indexing/active-index.ts'
import { SearchUnavailable } from '../../search/search-unavailable.ts'
import type { Note } from '../../util/note.ts'
import type { OpenCatalog } from '../open/catalog.ts'

/** The state of the search index, as far as it is cheap to read. */
export type SearchState =
  | { index: string; documents: number; error: null }
  | { index: null; documents: null; error: Note<SearchUnavailable['code']> }

/** Does not throw if the engine is unavailable: that is part of the state. */
export async function searchStateOf({ db, search }: OpenCatalog): Promise<SearchState> {
  try {
    await requireActiveIndex(db, search)
    return { index: await search.identity(), documents: await search.count(), error: null }
  } catch (error) {
    if (!(error instanceof SearchUnavailable)) throw error
    return { index: null, documents: null, error: { code: error.code, text: error.message } }
  }
}

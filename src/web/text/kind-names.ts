import type { CatalogKind } from '../../hub/kinds.ts'

/** Within a sentence. The Hub writes Spaces with a capital letter. */
export function nounOf(kind: CatalogKind): string {
  return kind === 'space' ? 'Space' : kind
}

export const KIND_NAMES: Readonly<Record<CatalogKind, { one: string; many: string }>> = {
  model: { one: 'Model', many: 'Models' },
  dataset: { one: 'Dataset', many: 'Datasets' },
  space: { one: 'Space', many: 'Spaces' },
  collection: { one: 'Collection', many: 'Collections' },
}

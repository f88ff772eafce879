import type { CatalogKind } from '../../hub/kinds.ts'

export const KIND_NAMES: Readonly<Record<CatalogKind, { one: string; many: string }>> = {
  model: { one: 'Model', many: 'Models' },
  dataset: { one: 'Dataset', many: 'Datasets' },
  space: { one: 'Space', many: 'Spaces' },
  collection: { one: 'Collection', many: 'Collections' },
}

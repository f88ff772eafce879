/** Kinds of repos in the singular, as the catalog and search name them. */
export const REPO_KINDS = ['model', 'dataset', 'space'] as const

export type RepoKind = (typeof REPO_KINDS)[number]

/** What the catalog and search hold: repos of every kind, and collections. */
export const CATALOG_KINDS = [...REPO_KINDS, 'collection'] as const

export type CatalogKind = (typeof CATALOG_KINDS)[number]

/** The plural that is used in URLs, file names and command arguments. */
export const pluralOf = {
  model: 'models',
  dataset: 'datasets',
  space: 'spaces',
  collection: 'collections',
} as const satisfies Record<CatalogKind, string>

export type KindPlural = (typeof pluralOf)[RepoKind]

/** The kind of repo for a plural, or undefined when the word is none. */
export function kindOfPlural(plural: string): RepoKind | undefined {
  return REPO_KINDS.find((kind) => pluralOf[kind] === plural)
}

/** The kind for a singular or plural in any letter case, or undefined when the word is none. */
export function catalogKindOf(word: string): CatalogKind | undefined {
  const wanted = word.trim().toLowerCase()
  return CATALOG_KINDS.find((kind) => kind === wanted || pluralOf[kind] === wanted)
}

export function isRepoKind(kind: string): kind is RepoKind {
  return REPO_KINDS.some((known) => known === kind)
}

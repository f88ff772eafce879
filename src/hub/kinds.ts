/** Kinds of repos in the singular, as the catalog and search name them. */
export const REPO_KINDS = ['model', 'dataset', 'space'] as const

export type RepoKind = (typeof REPO_KINDS)[number]

export type KindPlural = 'models' | 'datasets' | 'spaces'

/** The plural that is used in URLs, file names and command arguments. */
export const pluralOf: Readonly<Record<RepoKind, KindPlural>> = {
  model: 'models',
  dataset: 'datasets',
  space: 'spaces',
}

/** The kind for a plural, or undefined when the word is none. */
export function kindOfPlural(plural: string): RepoKind | undefined {
  return REPO_KINDS.find((kind) => pluralOf[kind] === plural)
}

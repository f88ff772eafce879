/** What the Hub calls a repo type, in the singular, as our catalogue and search speak of it. */
export const REPO_KINDS = ['model', 'dataset', 'space'] as const

export type RepoKind = (typeof REPO_KINDS)[number]

export type KindPlural = 'models' | 'datasets' | 'spaces'

/** The plural that stands in URLs, file names and command arguments. */
export const pluralOf: Readonly<Record<RepoKind, KindPlural>> = {
  model: 'models',
  dataset: 'datasets',
  space: 'spaces',
}

/** The kind behind a plural, or undefined when the word is none. */
export function kindOfPlural(plural: string): RepoKind | undefined {
  return REPO_KINDS.find((kind) => pluralOf[kind] === plural)
}

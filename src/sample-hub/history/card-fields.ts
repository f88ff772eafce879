import { parse } from 'yaml'
import type { RepoKind } from '../../hub/kinds.ts'
import type { HubRepo } from '../../hub-server/hub-store.ts'
import { README_FIELD } from '../contents/card-text.ts'

/** Keys of a card whose values are tags, and the prefixes of these tags. Models have most tags without a prefix. */
const TAGGED: Readonly<Record<RepoKind, Readonly<Record<string, string>>>> = {
  model: {
    library_name: '',
    pipeline_tag: '',
    tags: '',
    language: '',
    datasets: 'dataset:',
    base_model: 'base_model:',
    license: 'license:',
  },
  dataset: {
    task_categories: 'task_categories:',
    task_ids: 'task_ids:',
    language: 'language:',
    language_creators: 'language_creators:',
    multilinguality: 'multilinguality:',
    size_categories: 'size_categories:',
    license: 'license:',
    tags: '',
  },
  space: { sdk: '', tags: '', license: 'license:' },
}

/** Keys of a card that are fields of the repo, too. */
const FIELDS: Readonly<Record<RepoKind, readonly string[]>> = {
  model: ['pipeline_tag', 'library_name'],
  dataset: [],
  space: ['sdk'],
}

/**
 * The fields of a repo that follow from its README. Front matter that is no YAML is a card without data.
 *
 * @param readme null when there is no README
 */
export function cardFields(kind: RepoKind, repo: HubRepo, readme: Buffer | null): Record<string, unknown> {
  const cardData = readme === null ? undefined : frontMatterOf(readme.toString())
  const card = cardData ?? {}
  const tags = Object.entries(TAGGED[kind]).flatMap(([key, prefix]) => textsIn(card[key]).map((value) => prefix + value))
  const region = Array.isArray(repo['tags']) ? repo['tags'].filter((tag) => String(tag).startsWith('region:')) : []
  return {
    cardData,
    tags: [...new Set([...tags, ...(region.length > 0 ? region : ['region:us'])])],
    [README_FIELD]: readme === null ? 'none' : undefined,
    ...Object.fromEntries(FIELDS[kind].flatMap((key) => (textsIn(card[key])[0] === undefined ? [] : [[key, card[key]]]))),
  }
}

function frontMatterOf(text: string): Record<string, unknown> | undefined {
  const [, yaml] = /^---\r?\n([\s\S]*?)\r?\n---(?:\r?\n|$)/.exec(text) ?? []
  if (yaml === undefined) return undefined
  try {
    // Aliases in a small text can stand for a huge one.
    const card: unknown = parse(yaml, { maxAliasCount: 100 })
    return typeof card === 'object' && card !== null && !Array.isArray(card) ? { ...card } : undefined
  } catch {
    // Cards are text of users; the Hub shows a warning on the page of the repo.
    return undefined
  }
}

function textsIn(value: unknown): string[] {
  return [value].flat().filter((text) => typeof text === 'string' && text !== '') as string[]
}

import type { RepoKind } from '../hub/kinds.ts'

/** The values of `expand` that the Hub accepts, in the order of its 400 response. */
export const EXPANDABLE: Readonly<Record<RepoKind, readonly string[]>> = {
  model: words(`author baseModels cardData childrenModelCount config createdAt disabled downloads downloadsAllTime
    evalResults gated gguf inference inferenceProviderMapping lastModified library_name likes mask_token model-index
    pipeline_tag private resourceGroup safetensors sha siblings spaces tags transformersInfo trendingScore usedStorage
    widgetData xetEnabled`),
  dataset: words(`author cardData citation createdAt description disabled downloads downloadsAllTime gated lastModified
    likes mainSize paperswithcode_id private resourceGroup sha siblings tags trendingScore usedStorage xetEnabled`),
  space: words(`author cardData createdAt datasets disabled lastModified likes models private region resourceGroup
    runtime sdk sha siblings subdomain tags trendingScore usedStorage xetEnabled`),
}

/** A list item without `full` or `expand`, in the Hub's order of keys. */
export const LIST_FIELDS: Readonly<Record<RepoKind, readonly string[]>> = {
  model: words('_id id likes trendingScore private downloads tags pipeline_tag library_name createdAt modelId'),
  dataset: words(`_id id author disabled gated lastModified likes trendingScore private sha description downloads tags
    createdAt`),
  space: words('_id id likes trendingScore private sdk tags createdAt'),
}

/** A list item with `full=true`. For models, `cardData` and `config` have separate parameters. */
export const FULL_LIST_FIELDS: Readonly<Record<RepoKind, readonly string[]>> = {
  model: words(`_id id author gated lastModified likes trendingScore private sha downloads tags pipeline_tag
    library_name createdAt modelId siblings`),
  dataset: words(`_id id author cardData disabled gated lastModified likes trendingScore private sha citation
    description downloads paperswithcode_id tags createdAt siblings`),
  space: words(`_id id author cardData lastModified likes trendingScore private sha sdk runtime tags createdAt
    siblings`),
}

/** The details of one repo without `expand`. */
export const DETAIL_FIELDS: Readonly<Record<RepoKind, readonly string[]>> = {
  model: words(`_id id private pipeline_tag library_name tags downloads likes modelId author sha lastModified gated
    inference disabled mask_token widgetData model-index config cardData transformersInfo siblings spaces createdAt
    safetensors gguf usedStorage`),
  dataset: words(`_id id author cardData disabled gated lastModified likes trendingScore private sha citation
    description downloads paperswithcode_id tags createdAt siblings usedStorage`),
  space: words(`_id id author sha lastModified likes private gated disabled sdk host subdomain tags cardData models
    datasets siblings runtime createdAt usedStorage`),
}

/** The types of tags, in the Hub's order. Tags of other types, such as `arxiv:` and `base_model:`, are in no list. */
export const TAG_TYPES = {
  model: ['region', 'library', 'other', 'license', 'language', 'deploy', 'dataset', 'pipeline_tag'],
  dataset: [
    'library',
    'license',
    'language',
    'other',
    'task_ids',
    'task_categories',
    'size_categories',
    'format',
    'modality',
    'benchmark',
  ],
} as const

function words(text: string): readonly string[] {
  return text.split(/\s+/)
}

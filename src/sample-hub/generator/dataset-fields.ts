import { drawnConfigs } from '../contents/parquet-plan.ts'
import { CREATORS, DATASET_FORMATS, DATASET_TASKS, MODALITIES, SIZE_CATEGORIES, TASK_IDS } from '../vocabulary.ts'
import { commonFields, type FieldMakers, languagesAt, licenseAt, pickAt, pickSeveral, withOddTag } from './common-fields.ts'
import { createPicker } from './distribution.ts'
import { filesAt } from './files.ts'
import { mixedCard, oddityAt, oddTextAt } from './oddity.ts'
import type { Population } from './population.ts'
import { Topic } from './topic.ts'

const LICENSE_SHARE = 0.5
const LANGUAGE_SHARE = 0.45
const TASK_SHARE = 0.4
const SIZE_SHARE = 0.75
const FORMAT_SHARE = 0.7
const DESCRIPTION_SHARE = 0.6
const TASK_ID_SHARE = 0.4
const MULTILINGUALITY_SHARE = 0.3
const CREATORS_SHARE = 0.25
const BENCHMARK_SHARE = 0.03

/** The lower bounds of size categories that span one power of ten. */
const LEAST_ROWS: ReadonlyMap<string, number> = new Map([
  ['n<1K', 100],
  ['1K<n<10K', 1e3],
  ['10K<n<100K', 1e4],
  ['100K<n<1M', 1e5],
  ['1M<n<10M', 1e6],
  ['10M<n<100M', 1e7],
  ['100M<n<1B', 1e8],
  ['1B<n<10B', 1e9],
])

const pickTask = createPicker(DATASET_TASKS)
const pickSize = createPicker(SIZE_CATEGORIES)
const pickFormat = createPicker(DATASET_FORMATS)
const pickModality = createPicker(MODALITIES)
const pickCreators = createPicker(CREATORS)
const pickWord = createPicker(
  [
    'annotated',
    'balanced',
    'cleaned',
    'collected',
    'conversations',
    'crawled',
    'documents',
    'evaluation',
    'examples',
    'filtered',
    'from',
    'human',
    'labelled',
    'multilingual',
    'of',
    'paired',
    'public',
    'questions',
    'rows',
    'sampled',
    'sentences',
    'synthetic',
    'the',
    'training',
    'with',
  ].map((word) => [word, 1]),
)

/** Fields of datasets as functions of the index. */
export function datasetFields(datasets: Population): FieldMakers {
  const { draw, idAt } = datasets
  const license = (index: number) => licenseAt(datasets, index, LICENSE_SHARE)
  const languages = (index: number) => languagesAt(datasets, index, LANGUAGE_SHARE)
  const size = (index: number) => pickAt(datasets, index, Topic.sizeCategory, SIZE_SHARE, pickSize)

  function rows(index: number): number | undefined {
    const least = LEAST_ROWS.get(size(index) ?? '')
    return least === undefined ? undefined : Math.floor(least * 10 ** draw(index, Topic.rows))
  }

  function tasks(index: number): string[] {
    if (draw(index, Topic.tagCount) >= TASK_SHARE) return []
    return pickSeveral(datasets, index, Topic.task, 1 + Math.floor(2 * draw(index, Topic.card)), pickTask)
  }

  function taskIds(index: number): string[] {
    const share = draw(index, Topic.taskIds) / TASK_ID_SHARE
    return tasks(index).flatMap((task) => {
      const known = TASK_IDS[task]
      return known?.[Math.floor(known.length * share)] ?? []
    })
  }

  function multilinguality(index: number): string | undefined {
    const share = draw(index, Topic.multilinguality) / MULTILINGUALITY_SHARE
    if (share >= 1 || languages(index).length === 0) return undefined
    if (languages(index).length === 1) return 'monolingual'
    return share < 0.7 ? 'multilingual' : 'translation'
  }

  const creators = (index: number) => pickAt(datasets, index, Topic.creators, CREATORS_SHARE, pickCreators)

  function tags(index: number): string[] {
    const all = tasks(index).map((task) => `task_categories:${task}`)
    for (const task of taskIds(index)) all.push(`task_ids:${task}`)
    if (creators(index) !== undefined) all.push(`language_creators:${creators(index)}`)
    if (multilinguality(index) !== undefined) all.push(`multilinguality:${multilinguality(index)}`)
    if (draw(index, Topic.benchmark) < BENCHMARK_SHARE) all.push('benchmark:official')
    for (const language of languages(index)) all.push(`language:${language}`)
    if (license(index) !== undefined) all.push(`license:${license(index)}`)
    if (size(index) !== undefined) all.push(`size_categories:${size(index)}`)
    const format = pickAt(datasets, index, Topic.format, FORMAT_SHARE, pickFormat)
    if (format !== undefined) {
      all.push(`format:${format}`, `modality:${pickModality(draw(index, Topic.modality))}`)
      all.push('library:datasets', 'library:mlcroissant')
    }
    all.push('region:us')
    return withOddTag(index, all)
  }

  function cardData(index: number): Record<string, unknown> {
    if (oddityAt(index) === 'mixed-card') return mixedCard()
    const categories = tasks(index)
    return {
      license: license(index),
      language: languages(index).length > 0 ? languages(index) : undefined,
      task_categories: categories.length > 0 ? categories : undefined,
      task_ids: taskIds(index).length > 0 ? taskIds(index) : undefined,
      language_creators: listOf(creators(index)),
      multilinguality: listOf(multilinguality(index)),
      size_categories: listOf(size(index)),
      pretty_name: oddTextAt(index) ?? idAt(index).split('/').at(-1),
      configs: drawnConfigs(datasets.hubIdAt(index)),
    }
  }

  function description(index: number): string | undefined {
    const share = draw(index, Topic.description)
    if (share >= DESCRIPTION_SHARE) return undefined
    const words = Array.from({ length: 8 + Math.floor(60 * (share / DESCRIPTION_SHARE)) }, (_, word) =>
      pickWord(draw(index, Topic.description + (word + 1) * 1000)),
    )
    const odd = oddTextAt(index)
    return `\n\t\n\t\tDataset Card for ${idAt(index)}\n\t\n\n${words.join(' ')}.${odd === undefined ? '' : ` ${odd}`}`
  }

  function siblings(index: number) {
    const usual = ['.gitattributes', 'README.md', 'data/train-00000-of-00001.parquet']
    return filesAt(datasets, index, usual, (number) => `data/shard-${number}.parquet`)
  }

  return {
    ...commonFields(datasets),
    tags,
    cardData,
    description,
    siblings,
    'datasetsServerInfo.numRows': rows,
  }
}

function listOf(value: string | undefined): string[] | undefined {
  return value === undefined ? undefined : [value]
}

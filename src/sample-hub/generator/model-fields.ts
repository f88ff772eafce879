import { MODEL_LIBRARY_WEIGHTS, MODEL_TAGS, MODEL_TASKS } from '../vocabulary.ts'
import { commonFields, type FieldMakers, languagesAt, licenseAt, pickAt, pickSeveral, withOddTag } from './common-fields.ts'
import { createPicker, createQuantile } from './distribution.ts'
import { filesAt } from './files.ts'
import { mixedCard, oddityAt, oddTextAt } from './oddity.ts'
import type { Population } from './population.ts'
import { Topic } from './topic.ts'

const LICENSE_SHARE = 0.68
const LANGUAGE_SHARE = 0.32
const TASK_SHARE = 0.6
const LIBRARY_SHARE = 0.68
const BASE_SHARE = 0.52
const SAFETENSORS_SHARE = 0.53
const GGUF_SHARE = 0.14
const DATASET_SHARE = 0.1
const ARXIV_SHARE = 0.15
/** The Hub lists at most this many Spaces that use a model. */
const MAX_SPACES = 100
const WARM_SHARE = 0.002

const parametersOf = createQuantile([
  [0.01, 528_384],
  [0.05, 36_282_922],
  [0.1, 86_508_288],
  [0.25, 630_167_424],
  [0.5, 5_123_178_051],
  [0.75, 20_111_438_856],
  [0.9, 33_417_048_981],
  [0.99, 685_946_172_759],
  [1, 2_779_931_837_184],
])

const pickTask = createPicker(MODEL_TASKS)
const pickLibrary = createPicker(MODEL_LIBRARY_WEIGHTS)
const pickTag = createPicker(MODEL_TAGS)
const pickRelation = createPicker([
  ['finetune', 45],
  ['quantized', 30],
  ['adapter', 20],
  ['merge', 5],
])
const pickArchitecture = createPicker([
  ['qwen3', 20],
  ['llama', 20],
  ['bert', 14],
  ['mistral', 10],
  ['gemma3', 8],
  ['roberta', 6],
  ['gpt2', 6],
  ['t5', 5],
  ['wav2vec2', 3],
  ['whisper', 3],
  ['vit', 2],
])

/** Fields of models as functions of the index. Every base model is older than its derivatives, so chains end. */
export function modelFields(models: Population, datasets: Population, spaces: Population): FieldMakers {
  const { draw, idAt } = models
  const license = (index: number) => licenseAt(models, index, LICENSE_SHARE)
  const languages = (index: number) => languagesAt(models, index, LANGUAGE_SHARE)
  const task = (index: number) => pickAt(models, index, Topic.task, TASK_SHARE, pickTask)
  const library = (index: number) => pickAt(models, index, Topic.library, LIBRARY_SHARE, pickLibrary)
  const relation = (index: number) => pickRelation(draw(index, Topic.relation))
  const architecture = (index: number) => pickArchitecture(draw(index, Topic.name))

  function baseAt(index: number): number | undefined {
    const share = draw(index, Topic.base)
    return share < BASE_SHARE && index > 0 ? Math.floor(index * (share / BASE_SHARE) ** 3) : undefined
  }

  function weightsAt(index: number): 'safetensors' | 'gguf' | undefined {
    const share = draw(index, Topic.weights)
    if (share < SAFETENSORS_SHARE) return 'safetensors'
    return share < SAFETENSORS_SHARE + GGUF_SHARE ? 'gguf' : undefined
  }

  const parameters = (index: number) => parametersOf(draw(index, Topic.parameters))

  function trainedOn(index: number): string[] {
    const share = draw(index, Topic.datasets)
    if (share >= DATASET_SHARE || datasets.size === 0) return []
    return [datasets.idAt(Math.floor(datasets.size * (share / DATASET_SHARE) ** 2))]
  }

  function tags(index: number): string[] {
    const all: (string | undefined)[] = [library(index), weightsAt(index), architecture(index), task(index)]
    const ownTags = Math.floor(4 * draw(index, Topic.tagCount))
    all.push(...pickSeveral(models, index, Topic.tags, ownTags, pickTag), ...languages(index))
    for (const id of trainedOn(index)) all.push(`dataset:${id}`)
    const arxiv = draw(index, Topic.arxiv) / ARXIV_SHARE
    if (arxiv < 1) all.push(`arxiv:${2010 + Math.floor(arxiv * 16)}.${10_000 + Math.floor(arxiv * 9_999)}`)
    const base = baseAt(index)
    if (base !== undefined) all.push(`base_model:${idAt(base)}`, `base_model:${relation(index)}:${idAt(base)}`)
    if (license(index) !== undefined) all.push(`license:${license(index)}`)
    all.push('region:us')
    return withOddTag(
      index,
      all.filter((tag) => tag !== undefined),
    )
  }

  function cardData(index: number): Record<string, unknown> | undefined {
    if (oddityAt(index) === 'mixed-card') return mixedCard()
    const base = baseAt(index)
    const card = {
      license: license(index),
      language: shortest(languages(index)),
      library_name: library(index),
      pipeline_tag: task(index),
      base_model: base === undefined ? undefined : draw(index, Topic.card) < 0.5 ? idAt(base) : [idAt(base)],
      datasets: trainedOn(index).length > 0 ? trainedOn(index) : undefined,
      description: oddTextAt(index),
    }
    return Object.values(card).some((value) => value !== undefined) ? card : undefined
  }

  function siblings(index: number) {
    const weights = weightsAt(index)
    const weightFile = weights === undefined ? 'pytorch_model.bin' : `model.${weights}`
    const usual = ['.gitattributes', 'README.md', 'config.json', weightFile, 'tokenizer.json', 'tokenizer_config.json']
    return filesAt(models, index, usual, (number) => `checkpoints/step-${number}/${weightFile}`)
  }

  return {
    ...commonFields(models),
    modelId: idAt,
    pipeline_tag: task,
    library_name: library,
    tags,
    cardData,
    siblings,
    baseModels: (index) => {
      const base = baseAt(index)
      if (base === undefined) return undefined
      return { relation: relation(index), models: [{ _id: models.hubIdAt(base), id: idAt(base) }] }
    },
    config: (index) => {
      if (library(index) !== 'transformers') return undefined
      const type = architecture(index)
      return { architectures: [`${type[0]?.toUpperCase()}${type.slice(1)}Model`], model_type: type }
    },
    transformersInfo: (index) =>
      library(index) === 'transformers' ? { auto_model: 'AutoModel', processor: 'AutoTokenizer' } : undefined,
    safetensors: (index) => {
      if (weightsAt(index) !== 'safetensors') return undefined
      const total = parameters(index)
      return { parameters: { BF16: total }, total }
    },
    gguf: (index) => {
      if (weightsAt(index) !== 'gguf') return undefined
      const total = parameters(index)
      return { total, architecture: architecture(index), context_length: 32_768, totalFileSize: total * 3 }
    },
    num_parameters: (index) => (weightsAt(index) === undefined ? undefined : parameters(index)),
    inference: (index) => (draw(index, Topic.inference) < WARM_SHARE ? 'warm' : undefined),
    inferenceProviderMapping: (index) =>
      draw(index, Topic.inference) < WARM_SHARE
        ? { 'hf-inference': { status: 'live', providerId: idAt(index), task: task(index) ?? 'text-generation' } }
        : undefined,
    'model-index': () => null,
    spaces: (index) => {
      const users: string[] = []
      const count = spaces.size === 0 ? 0 : Math.min(MAX_SPACES, models.likesAt(index))
      for (let user = 0; user < count; user++) {
        users.push(spaces.idAt(Math.floor(spaces.size * draw(index, Topic.models + user * 1000))))
      }
      return users
    },
  }
}

/** A card holds a single language as a string, several as a list. */
function shortest(values: readonly string[]): string | readonly string[] | undefined {
  return values.length > 1 ? values : values[0]
}

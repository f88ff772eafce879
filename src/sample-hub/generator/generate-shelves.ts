import type { Shelves } from '../memory-store.ts'
import { datasetFields } from './dataset-fields.ts'
import { GeneratedShelf } from './generated-shelf.ts'
import { modelFields } from './model-fields.ts'
import { createPopulation } from './population.ts'
import { spaceFields } from './space-fields.ts'

/** Six hex digits of an `_id` number the repos of a kind, and half of all repos are models. */
const MAX_REPOS = 2 ** 25

/** Half of the repos are models, a quarter datasets, the rest Spaces. The same arguments always generate the same Hub. */
export function generateShelves(repos: number, seed: number): Shelves {
  if (!(Number.isInteger(repos) && repos >= 0 && repos <= MAX_REPOS)) {
    throw new RangeError(`Cannot generate ${repos} repos: expected a whole number up to ${MAX_REPOS}`)
  }
  const datasetCount = Math.floor(repos / 4)
  const spaceCount = Math.floor(repos / 4)
  const models = createPopulation('model', repos - datasetCount - spaceCount, seed)
  const datasets = createPopulation('dataset', datasetCount, seed)
  const spaces = createPopulation('space', spaceCount, seed)
  return {
    model: new GeneratedShelf(models, modelFields(models, datasets, spaces)),
    dataset: new GeneratedShelf(datasets, datasetFields(datasets)),
    space: new GeneratedShelf(spaces, spaceFields(spaces, models, datasets)),
  }
}

import type { ParquetSplit } from '../../hub-server/hub-files.ts'
import type { HubRepo } from '../../hub-server/hub-store.ts'
import type { Draw } from '../generator/draw.ts'
import { drawOf } from './draw-text.ts'

/**
 * Replaces the Parquet files of a dataset. Values of this repo field: `some` (certainly has valid ones), `none`, `empty`,
 * `corrupt`, `encrypted`, `huge-footer` (claims 50 MB), `many-files` (10,000 in the listing), or files per split, as in
 * `{ "configs": { "default": { "train": 2 } } }`.
 */
export const PARQUET_FIELD = 'sampleParquet'

const MANY_FILES = 10_000
const NONE_SHARE = 0.25
const EMPTY_SHARE = 0.03
const PARTIAL_SHARE = 0.02
const CONFIG_NAMES = ['default', 'en', 'de', 'wiki-2023.fr', 'français 1', 'main_v2']
const SPLIT_NAMES = ['train', 'test', 'validation']

/** The splits of a dataset's Parquet files, whatever its commits change. Undefined when nothing is converted. */
export function parquetPlan(repo: HubRepo): readonly ParquetSplit[] | undefined {
  const wanted = repo[PARQUET_FIELD]
  if (wanted === 'empty') return []
  if (wanted === 'none') return undefined
  if (wanted === 'many-files') return [splitOf('default', 'train', MANY_FILES)]
  const draw = drawOf(`${repo._id} parquet`)
  if (typeof wanted === 'object' && wanted !== null) return givenSplits(Reflect.get(wanted, 'configs'))
  const share = draw(0, 0)
  if (wanted === undefined && share < NONE_SHARE) return undefined
  if (wanted === undefined && share < NONE_SHARE + EMPTY_SHARE) return []
  return drawnSplits(draw)
}

function drawnSplits(draw: Draw): ParquetSplit[] {
  const configs = [1, 1, 1, 1, 1, 1, 1, 2, 2, 4][Math.floor(10 * draw(0, 1))] ?? 1
  const firstName = configs === 1 ? 0 : Math.floor(3 * draw(0, 2))
  return CONFIG_NAMES.slice(firstName, firstName + configs).flatMap((config, number) =>
    SPLIT_NAMES.slice(0, 1 + Math.floor(3 * draw(number, 3))).map((split, place) => {
      const files = 1 + Math.floor(3 * draw(number * 10 + place, 4) ** 2)
      return splitOf(config, split, files, draw(number * 10 + place, 5) < PARTIAL_SHARE)
    }),
  )
}

function givenSplits(configs: unknown): ParquetSplit[] {
  if (typeof configs !== 'object' || configs === null) return []
  return Object.entries(configs).flatMap(([config, splits]) =>
    Object.entries({ ...splits }).map(([split, files]) => splitOf(config, split, Number(files))),
  )
}

/** A split that was converted only in part has another folder, but is listed under its own name. */
function splitOf(config: string, split: string, files: number, isPartial = false): ParquetSplit {
  const folder = `${config}/${isPartial ? 'partial-' : ''}${split}`
  const paths = Array.from({ length: files }, (_, number) => `${folder}/${String(number).padStart(4, '0')}.parquet`)
  return { config, split, paths }
}

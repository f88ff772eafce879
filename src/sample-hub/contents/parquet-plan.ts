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

/**
 * The splits of a dataset's Parquet files: those of the configs in its card, otherwise of one config. Undefined when nothing is
 * converted.
 */
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
  const configs = configsIn(repo['cardData'])
  if (configs.length === 0) return splitsOf(draw, 0, 'default', drawnSplitNames(draw, 0))
  return configs.flatMap(({ config, splits }, number) => splitsOf(draw, number, config, splits))
}

/** A config of a dataset's card, with the names of its splits. */
interface CardConfig {
  readonly config: string
  readonly splits: readonly string[]
}

/** The configs of a generated dataset for its card. Most have only one, which their card does not name. */
export function drawnConfigs(hubId: string): object[] | undefined {
  const draw = drawOf(`${hubId} parquet`)
  const count = [1, 1, 1, 1, 1, 1, 1, 2, 2, 4][Math.floor(10 * draw(0, 1))] ?? 1
  if (count === 1) return undefined
  const first = Math.floor(3 * draw(0, 2))
  return CONFIG_NAMES.slice(first, first + count).map((config, number) => ({
    config_name: config,
    data_files: drawnSplitNames(draw, number).map((split) => ({ split, path: `data/${split}-*` })),
  }))
}

/** Reads `configs` of a card: `[{ config_name, data_files: [{ split, path }] }]`. Cards may hold anything. */
function configsIn(card: unknown): CardConfig[] {
  const configs: unknown = typeof card === 'object' && card !== null ? Reflect.get(card, 'configs') : undefined
  if (!Array.isArray(configs)) return []
  return configs.flatMap((given) => {
    const config: unknown = given?.config_name
    if (typeof config !== 'string' || config === '') return []
    const files: unknown[] = [given?.data_files].flat()
    const named = files.map((file) => (file as { split?: unknown } | null | undefined)?.split)
    const splits = [...new Set(named.filter((split) => typeof split === 'string' && split !== ''))] as string[]
    return [{ config, splits: splits.length === 0 ? ['train'] : splits }]
  })
}

function drawnSplitNames(draw: Draw, number: number): string[] {
  return SPLIT_NAMES.slice(0, 1 + Math.floor(3 * draw(number, 3)))
}

function splitsOf(draw: Draw, number: number, config: string, splits: readonly string[]): ParquetSplit[] {
  return splits.map((split, place) => {
    const files = 1 + Math.floor(3 * draw(number * 10 + place, 4) ** 2)
    return splitOf(config, split, files, draw(number * 10 + place, 5) < PARTIAL_SHARE)
  })
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

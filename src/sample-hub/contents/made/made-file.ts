import { LRUCache } from 'lru-cache'
import type { HubFile } from '../../../hub-server/hub-files.ts'
import type { HubRepo } from '../../../hub-server/hub-store.ts'
import { isLargeFile } from '../../generator/files.ts'
import { fileOf, fillerFile, sha256Of } from '../bytes.ts'
import { drawOf, proseOf } from '../draw-text.ts'
import { madeFrom } from '../made-from.ts'
import { parquetBytes } from '../parquet-file.ts'
import { ggufHead, safetensorsHead, safetensorsIndex } from './weights.ts'

/** What a listing of a payload may say about a file. */
export interface GivenFile {
  readonly size?: unknown
  readonly blobId?: unknown
  readonly lfs?: unknown
}

/** Larger files get a made-up hash, because hashing them would take seconds. Only payloads have any. */
const HASHED_BYTES = 16 * 1024 * 1024
const WEIGHT_BYTES = 100_000

const BINARY = 'application/octet-stream'
const JSON_TYPE = 'application/json; charset=utf-8'
const TEXT_TYPE = 'text/plain; charset=utf-8'

const GIT_ATTRIBUTES = ['safetensors', 'parquet', 'gguf', 'bin']
  .map((extension) => `*.${extension} filter=lfs diff=lfs merge=lfs -text\n`)
  .join('')

/**
 * A file of a sample repo, made from the repo's id, the path and the repo's metadata: the tensors of weights have its
 * parameters, `config.json` has its config. A size or hash that the payload gives is respected.
 */
export function madeFile(repo: HubRepo, path: string, given: GivenFile = {}): HubFile {
  const { _id } = madeFrom(repo)
  const isLarge = isLargeFile(path) || given.lfs !== undefined
  const size = typeof given.size === 'number' && Number.isSafeInteger(given.size) && given.size >= 0 ? given.size : undefined
  const hash = givenHash(given, isLarge)
  const small = isLarge ? undefined : smallFile(repo, path)
  if (small !== undefined && hash === undefined && (size === undefined || size === small.bytes.length)) {
    return fileOf(small.bytes, small.contentType, false)
  }
  if (isLarge && path.endsWith('.parquet') && size === undefined) {
    return shardOf(_id)
  }
  const draw = drawOf(`${_id} ${path}`)
  const drawn = small?.bytes.length ?? drawnBytes(path, draw(0, 0))
  const head = small?.bytes ?? headOf(repo, path, size, drawn)
  const wholeSize = size ?? head.length + drawn
  const text = small === undefined ? sha256Of(`${_id} ${path}`) : ' '
  const madeUp = wholeSize > HASHED_BYTES ? sha256Of(text).slice(0, isLarge ? undefined : 40) : undefined
  const contentType = small?.contentType ?? BINARY
  return fillerFile({ size: wholeSize, contentType, isLarge, head, text, hash: hash ?? madeUp })
}

/** A dataset may have thousands of shards, and a listing hashes each. */
const shards = new LRUCache<string, HubFile>({ max: 256 })

/** All shards of a dataset are the same file, because writing each would take long. */
function shardOf(hubId: string): HubFile {
  const known = shards.get(hubId)
  if (known !== undefined) return known
  const made = fileOf(parquetBytes(hubId, hubId), BINARY, true)
  shards.set(hubId, made)
  return made
}

function givenHash({ lfs, blobId }: GivenFile, isLarge: boolean): string | undefined {
  const sha256: unknown = typeof lfs === 'object' && lfs !== null ? Reflect.get(lfs, 'sha256') : undefined
  const hash = isLarge ? sha256 : blobId
  return typeof hash === 'string' ? hash : undefined
}

/** Files in folders are checkpoints, of which there may be thousands. */
function drawnBytes(path: string, share: number): number {
  return path.includes('/') ? 256 + Math.floor(share * 1024) : 4096 + Math.floor(share * WEIGHT_BYTES)
}

function headOf(repo: HubRepo, path: string, size: number | undefined, drawn: number): Buffer {
  if (path.endsWith('.gguf')) return ggufHead(repo)
  if (!path.endsWith('.safetensors')) return Buffer.alloc(0)
  const head = safetensorsHead(repo, path, drawn)
  return size === undefined || size <= head.length ? head : safetensorsHead(repo, path, size - head.length)
}

interface SmallFile {
  readonly bytes: Buffer
  readonly contentType: string
}

/** Files that people and programs read whole. Undefined for others. */
function smallFile(repo: HubRepo, path: string): SmallFile | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1)
  if (name === '.gitattributes') return { bytes: Buffer.from(GIT_ATTRIBUTES), contentType: TEXT_TYPE }
  if (name.endsWith('.safetensors.index.json')) return jsonFile(safetensorsIndex(repo, path))
  if (name === 'config.json') return jsonFile(configOf(repo))
  if (name.endsWith('.json')) return jsonFile({ name, version: '1.0', made_for: madeFrom(repo)._id })
  if (/\.(txt|md|py|ya?ml|csv|html|js|css|toml)$/.test(name)) {
    const draw = drawOf(`${madeFrom(repo)._id} ${path}`)
    return { bytes: Buffer.from(`${textOf(name, proseOf(draw, 1, 5 + 60 * draw(0, 0)))}\n`), contentType: TEXT_TYPE }
  }
  return undefined
}

function jsonFile(value: object): SmallFile {
  return { bytes: Buffer.from(`${JSON.stringify(value, null, 2)}\n`), contentType: JSON_TYPE }
}

function configOf({ config }: HubRepo): object {
  const own = typeof config === 'object' && config !== null ? Object.entries(config) : []
  // The Hub adds this to the config from another file.
  const inFile = own.filter(([key]) => key !== 'tokenizer_config')
  return inFile.length === 0 ? { model_type: 'custom' } : { ...Object.fromEntries(inFile), torch_dtype: 'bfloat16' }
}

function textOf(name: string, prose: string): string {
  return name.endsWith('.py') ? `"""${prose}"""\n` : prose
}

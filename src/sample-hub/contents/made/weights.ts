import type { HubRepo } from '../../../hub-server/hub-store.ts'

/** Fits the header of every made file, so that a file of a given size has the same header length. */
const HEADER_BYTES = 2048
const LAYERS = 6
const COLUMNS = 4096
const SHARD = /-(\d{5})-of-(\d{5})\.safetensors$/

/** The bytes before the data of a `.safetensors` file that is `dataBytes` longer than them. */
export function safetensorsHead(repo: HubRepo, path: string, dataBytes: number): Buffer {
  const json = JSON.stringify({ __metadata__: { format: 'pt' }, ...tensorsOf(repo, path, dataBytes) })
  // The format allows blanks after the JSON.
  const header = Buffer.from(json.padEnd(HEADER_BYTES))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(header.length))
  return Buffer.concat([length, header])
}

/** `model.safetensors.index.json`: which shard has which tensor. */
export function safetensorsIndex(repo: HubRepo, path: string): Record<string, unknown> {
  const prefix = path.replace(/\.safetensors\.index\.json$/, '-')
  const shards = namesOf(repo).filter((name) => name.startsWith(prefix) && SHARD.test(name))
  const folder = path.lastIndexOf('/') + 1
  const tensors = shards.flatMap((shard) =>
    Object.keys(tensorsOf(repo, shard, 0)).map((tensor) => [tensor, shard.slice(folder)]),
  )
  return { metadata: { total_size: 0 }, weight_map: Object.fromEntries(tensors) }
}

interface Tensor {
  readonly dtype: string
  readonly shape: readonly number[]
  readonly data_offsets: readonly [number, number]
}

/**
 * Tensors whose shapes add up to the parameters of the repo, or of one shard of it. Their data is a sample: whole weights would
 * be gigabytes per model.
 */
function tensorsOf(repo: HubRepo, path: string, dataBytes: number): Record<string, Tensor> {
  const [, number, count] = SHARD.exec(path) ?? []
  const shapes: [string, string, number[]][] = []
  const prefix = number === undefined ? 'model' : `model.${Number(number)}`
  for (const [dtype, total] of Object.entries(parametersOf(repo, dataBytes))) {
    const share = number === undefined ? total : shareOf(total, Number(number), Number(count))
    const rows = Math.floor(share / COLUMNS)
    for (let layer = 1; layer <= LAYERS && rows >= LAYERS; layer++) {
      shapes.push([`${prefix}.layers.${layer}.${dtype}.weight`, dtype, [shareOf(rows, layer, LAYERS), COLUMNS]])
    }
    const rest = rows >= LAYERS ? share - rows * COLUMNS : share
    if (rest > 0) shapes.push([`${prefix}.norm.${dtype}.weight`, dtype, [rest]])
  }
  const place = (index: number) => Math.floor((dataBytes * index) / shapes.length)
  return Object.fromEntries(
    shapes.map(([name, dtype, shape], index) => [name, { dtype, shape, data_offsets: [place(index), place(index + 1)] }]),
  )
}

function parametersOf(repo: HubRepo, dataBytes: number): Record<string, number> {
  const { safetensors } = repo
  const given: unknown = typeof safetensors === 'object' && safetensors !== null ? Reflect.get(safetensors, 'parameters') : {}
  const counts = Object.entries({ ...(given as Record<string, unknown>) }).filter(isCount)
  return counts.length === 0 ? { U8: Math.max(1, dataBytes) } : Object.fromEntries(counts.slice(0, 3))
}

function isCount(entry: [string, unknown]): entry is [string, number] {
  return Number.isSafeInteger(entry[1]) && Number(entry[1]) > 0
}

/** The share of part `number` of `count`, counted from 1. They add up to the total. */
function shareOf(total: number, number: number, count: number): number {
  return Math.floor((total * number) / count) - Math.floor((total * (number - 1)) / count)
}

function namesOf(repo: HubRepo): string[] {
  const files = Array.isArray(repo['siblings']) ? repo['siblings'] : []
  return files.map((file) => file?.rfilename).filter((name) => typeof name === 'string')
}

const GGUF_VERSION = 3
const UINT32 = 4
const TEXT = 8
const F16 = 1

/** The bytes before the data of a `.gguf` file: its metadata, and one tensor of all parameters. */
export function ggufHead(repo: HubRepo): Buffer {
  const gguf = typeof repo['gguf'] === 'object' && repo['gguf'] !== null ? { ...repo['gguf'] } : {}
  const { architecture = 'llama', context_length: context = 4096, total = 1024 }: Record<string, unknown> = gguf
  const metadata = [
    [text('general.architecture'), uint32(TEXT), text(String(architecture))],
    [text('general.name'), uint32(TEXT), text(repo.id.toWellFormed())],
    [text(`${architecture}.context_length`), uint32(UINT32), uint32(Number(context))],
    [text('general.alignment'), uint32(UINT32), uint32(32)],
  ]
  const tensor = [text('token_embd.weight'), uint32(1), uint64(Number(total)), uint32(F16), uint64(0)]
  const counts = [uint64(1), uint64(metadata.length)]
  const head = Buffer.concat([Buffer.from('GGUF'), uint32(GGUF_VERSION), ...counts, ...metadata.flat(), ...tensor])
  return Buffer.concat([head, Buffer.alloc((32 - (head.length % 32)) % 32)])
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([uint64(bytes.length), bytes])
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(Number.isSafeInteger(value) && value >= 0 && value < 2 ** 32 ? value : 0)
  return bytes
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(Number.isSafeInteger(value) && value >= 0 ? BigInt(value) : 0n)
  return bytes
}

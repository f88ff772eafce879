import type { FastifyInstance, FastifyRequest } from 'fastify'
import { HubRefusal } from '../http/hub-refusal.ts'
import { filePath } from '../http/repo-path.ts'
import { type HubContents, PARQUET_REVISION, type ParquetSplit, type SplitTable } from '../hub-files.ts'
import type { HubRepo } from '../hub-store.ts'
import { type RouteContext, splitUrl } from '../routes/route-context.ts'
import { checkFileAccess, visibleRepo } from '../routes/visible-repo.ts'
import { statisticsOf } from './statistics.ts'

interface ViewedSplit extends ParquetSplit {
  readonly table: SplitTable
}

interface Viewed {
  readonly dataset: string
  readonly repo: HubRepo
  readonly baseUrl: string
  /** Those that the parameters name. */
  readonly splits: readonly ViewedSplit[]
  readonly config: string | undefined
}

/** Adds the routes of the dataset viewer. The Hub has them on a host of their own. */
export function addViewerRoutes(app: FastifyInstance, context: RouteContext & { readonly contents: HubContents }): void {
  const route = (name: string, required: readonly string[], answer: (viewed: Viewed) => object) => {
    app.get(`/viewer/${name}`, async (request, reply) => {
      const viewed = await view(request, required)
      reply.header('x-revision', String(viewed.repo['sha'])).header('cache-control', 'max-age=120')
      return answer(viewed)
    })
  }
  route('is-valid', ['dataset'], ({ splits }) => {
    const hasRows = splits.length > 0
    return { viewer: hasRows, preview: hasRows, search: false, filter: false, statistics: hasRows }
  })
  route('splits', ['dataset'], ({ dataset, splits }) => ({
    splits: splits.map(({ config, split }) => ({ dataset, config, split })),
    pending: [],
    failed: [],
  }))
  route('parquet', ['dataset'], (viewed) => {
    const sizes = new Map(
      context.contents.list('dataset', viewed.repo, PARQUET_REVISION).map((file) => [file.rfilename, file.size]),
    )
    return parquetOf(viewed, sizes)
  })
  route('size', ['dataset'], sizeOf)
  route('info', ['dataset'], infoOf)
  route('statistics', ['dataset', 'config', 'split'], ({ splits: [viewed] }) => {
    const table = viewed?.table
    return { num_examples: table?.rows ?? 0, statistics: table ? statisticsOf(table) : [], partial: table?.isPartial ?? false }
  })

  async function view(request: FastifyRequest, required: readonly string[]): Promise<Viewed> {
    const { parameters } = splitUrl(request.url)
    for (const name of required) {
      if (!parameters.get(name)) throw new HubRefusal(422, `Parameter '${name}' is required`, 'MissingRequiredParameter')
    }
    const dataset = parameters.get('dataset') ?? ''
    const found = await visibleRepo(context.store, 'dataset', dataset, { names: context.contents.fields, blobs: true }, request)
    if ('movedTo' in found) {
      throw new HubRefusal(404, `The dataset has been renamed. Please use '${found.movedTo}' instead.`, 'RenamedDatasetError')
    }
    const { repo } = found
    checkFileAccess('dataset', repo, request)
    const all = context.contents.parquet(repo)
    if (all === undefined) throw new HubRefusal(404, 'Not found.', 'ResponseNotFound')
    const [config, split] = ['config', 'split'].map((name) => parameters.get(name) ?? undefined)
    const named = all.filter((one) => (config ?? one.config) === one.config && (split ?? one.split) === one.split)
    if (named.length === 0 && (config ?? split) !== undefined) throw new HubRefusal(404, 'Not found.', 'ResponseNotFound')
    const baseUrl = context.baseUrl(request)
    return {
      dataset,
      repo,
      baseUrl,
      config,
      splits: named.map((one) => ({ ...one, table: context.contents.table(repo, one) })),
    }
  }
}

/** Unlike the listing of the Hub itself, it has the sizes of the files. */
function parquetOf({ dataset, repo, baseUrl, splits, config }: Viewed, sizes: ReadonlyMap<string, number | undefined>): object {
  const files = splits.flatMap((one) =>
    one.paths.map((path) => ({
      dataset,
      config: one.config,
      split: one.split,
      url: baseUrl + filePath({ route: 'resolve', kind: 'dataset', id: repo.id, revision: PARQUET_REVISION, path }),
      filename: path.split('/').at(-1),
      size: sizes.get(path) ?? 0,
    })),
  )
  const partial = isPartial(splits)
  if (config === undefined) return { parquet_files: files, pending: [], failed: [], partial }
  const columns = splits[0]?.table.columns ?? []
  const features = Object.fromEntries(columns.map((column) => [column.name, column.feature]))
  return { parquet_files: files, features, partial }
}

function sizeOf({ dataset, splits, config }: Viewed): object {
  const bytesOf = (own: readonly ViewedSplit[]) => {
    const bytes = own.reduce((sum, { table }) => sum + table.bytes, 0)
    const rows = own.reduce((sum, { table }) => sum + table.rows, 0)
    return { num_bytes_parquet_files: bytes, num_bytes_memory: bytes * 2, num_rows: rows }
  }
  const original = (own: readonly ViewedSplit[]) => ({ num_bytes_original_files: bytesOf(own).num_bytes_parquet_files })
  const columns = (own: readonly ViewedSplit[]) => ({ num_columns: own[0]?.table.columns.length ?? 0 })
  const configs = [...Map.groupBy(splits, (one) => one.config)].map(([name, own]) => {
    return { dataset, config: name, ...original(own), ...bytesOf(own), ...columns(own) }
  })
  const bySplit = splits.map((one) => {
    return { dataset, config: one.config, split: one.split, ...bytesOf([one]), ...columns([one]) }
  })
  const whole =
    config === undefined ? { dataset: { dataset, ...original(splits), ...bytesOf(splits) }, configs } : { config: configs[0] }
  return { size: { ...whole, splits: bySplit }, pending: [], failed: [], partial: isPartial(splits) }
}

function infoOf({ dataset, splits, config }: Viewed): object {
  const infos = [...Map.groupBy(splits, (one) => one.config)].map(([name, own]) => {
    const columns = own[0]?.table.columns ?? []
    const bytes = own.reduce((sum, { table }) => sum + table.bytes, 0)
    const counts = own.map(({ split, table }) => {
      return [split, { name: split, num_bytes: table.bytes, num_examples: table.rows, dataset_name: nameOf(dataset) }]
    })
    const info = {
      description: '',
      citation: '',
      homepage: '',
      license: '',
      features: Object.fromEntries(columns.map((column) => [column.name, column.feature])),
      builder_name: 'parquet',
      dataset_name: nameOf(dataset),
      config_name: name,
      version: { version_str: '0.0.0', major: 0, minor: 0, patch: 0 },
      splits: Object.fromEntries(counts),
      download_size: bytes,
      dataset_size: bytes,
    }
    return [name, info] as const
  })
  const info = config === undefined ? Object.fromEntries(infos) : infos[0]?.[1]
  return { dataset_info: info, pending: [], failed: [], partial: isPartial(splits) }
}

function isPartial(splits: readonly ViewedSplit[]): boolean {
  return splits.some(({ table }) => table.isPartial)
}

function nameOf(dataset: string): string {
  return dataset.slice(dataset.indexOf('/') + 1)
}

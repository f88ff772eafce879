import type { FastifyReply } from 'fastify'
import { sendJson } from '../http/answer.ts'
import { HubRefusal, unknownPage } from '../http/hub-refusal.ts'
import { encodePath, filePath } from '../http/repo-path.ts'
import { PARQUET_REVISION, type ParquetSplit } from '../hub-files.ts'
import type { HubRepo } from '../hub-store.ts'
import type { BelowRepo } from './route-context.ts'

type Listing = Record<string, Record<string, string[]>>

/**
 * Answers `/parquet`, `/parquet/{config}` and `/parquet/{config}/{split}` with the URLs of the files, and redirects
 * `/parquet/{config}/{split}/{n}.parquet` to the file.
 */
export function sendParquet({ repo, rest, files, baseUrl, request, reply }: BelowRepo): FastifyReply {
  const [config, split, shard, ...more] = rest
  const splits = files.parquet(repo)
  if (more.length > 0) throw unknownPage()
  if (splits === undefined) throw new HubRefusal(404, 'The dataset viewer has no Parquet files of this dataset.')
  if (config !== undefined && split !== undefined && shard !== undefined) {
    return sendShard(repo, splits, [config, split, shard], reply)
  }
  const all = listing(splits, `${baseUrl}/api/datasets/${encodePath(repo.id)}/parquet`)
  const answer = config === undefined ? all : partOf(all, config, split)
  if (answer === undefined) throw new HubRefusal(404, `No such config or split: ${[config, split].join('/')}`)
  return sendJson(request, reply, JSON.stringify(answer))
}

function listing(splits: readonly ParquetSplit[], root: string): Listing {
  const all: Listing = {}
  for (const { config, split, paths } of splits) {
    const ofConfig = all[config] ?? {}
    const folder = `${root}/${encodeURIComponent(config)}/${encodeURIComponent(split)}`
    ofConfig[split] = paths.map((_, number) => `${folder}/${number}.parquet`)
    all[config] = ofConfig
  }
  return all
}

function partOf(all: Listing, config: string, split: string | undefined) {
  const ofConfig = own(all, config)
  return split === undefined || ofConfig === undefined ? ofConfig : own(ofConfig, split)
}

function sendShard(
  repo: HubRepo,
  splits: readonly ParquetSplit[],
  [config, split, shard]: readonly [string, string, string],
  reply: FastifyReply,
): FastifyReply {
  const number = /^(\d+)\.parquet$/.exec(shard)?.[1]
  const paths = splits.find((one) => one.config === config && one.split === split)?.paths
  const path = number === undefined ? undefined : paths?.[Number(number)]
  if (path === undefined) throw new HubRefusal(404, `No such file: ${config}/${split}/${shard}`, 'EntryNotFound')
  const location =
    (/^https?:/.test(path) ? URL.parse(path)?.href : undefined) ??
    filePath({ route: 'resolve', kind: 'dataset', id: repo.id, revision: PARQUET_REVISION, path })
  return reply
    .code(302)
    .header('location', location)
    .type('text/plain; charset=utf-8')
    .send(`Found. Redirecting to ${location}`)
}

/** A config may have the name of an inherited property. */
function own<Value>(values: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(values, key) ? values[key] : undefined
}

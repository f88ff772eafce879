import { renderTable } from '../../../output/table.ts'
import type { CommandContext } from '../../command.ts'
import { EXIT_FAILED } from '../../exit-codes.ts'
import { repoArgument, withHub } from './person-hub.ts'
import { readByteRange, saveFile } from './save-file.ts'

/** `hubdex hub parquet ls`: lists Parquet files. */
export async function listParquetAction(
  context: CommandContext,
  _flags: object,
  [given = '', config, split]: readonly string[],
): Promise<number> {
  const { id } = repoArgument(given, 'dataset', context)
  const listing = await withHub(context, (hub) => hub.parquetListing(id, { config, split, signal: context.signal }))
  if (listing.reason !== undefined) context.log(listing.reason)
  const rows = listing.splits.flatMap((one) => one.urls.map((url) => ({ config: one.config, split: one.split, url })))
  context.answer(listing, () => (rows.length === 0 ? 'No Parquet files.' : renderTable(rows, { width: context.width })))
  return listing.reason === undefined ? 0 : EXIT_FAILED
}

/** `hubdex hub parquet get`: downloads one Parquet file. */
export async function getParquetAction(
  context: CommandContext,
  { number, output, range }: { number: number; output?: string; range?: string },
  [given = '', config = '', split = '']: readonly string[],
): Promise<number> {
  const { id } = repoArgument(given, 'dataset', context)
  const part = range === undefined ? undefined : readByteRange(range)
  return await withHub(context, (hub) => {
    const url = hub.parquetUrl(id, config, split, number)
    const name = `${[config, split, number].join('-').replaceAll('/', '-')}.parquet`
    return saveFile(context, hub, { url, at: undefined, name, output, part })
  })
}

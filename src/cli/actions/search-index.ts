import '../../service/lean-heap.ts'
import { SettingsError } from '../../config/settings-error.ts'
import { escapeForTerminal } from '../../output/escape.ts'
import { counted } from '../../output/format.ts'
import { renderTable } from '../../output/table.ts'
import { checkIndex, type IndexCheck } from '../../search/indexing/check.ts'
import { rebuildIndex } from '../../search/indexing/rebuild.ts'
import { repairIndex } from '../../search/indexing/repair.ts'
import { SearchSync } from '../../search/indexing/sync.ts'
import { startHeartbeat } from '../../service/heartbeat.ts'
import { openExistingCatalog } from '../../service/open/catalog.ts'
import { openEmbedding } from '../../service/open/embedding.ts'
import { formatNumber } from '../../util/format-number.ts'
import type { CommandContext } from '../command.ts'
import { EXIT_FAILED } from '../exit-codes.ts'
import { CountProgress } from '../progress/count-progress.ts'

const SHOWN_DIFFERENCES = 20

/** `hubdex index rebuild`: rebuilds the search index from the catalog. */
export async function rebuildAction(context: CommandContext): Promise<number> {
  await using catalog = await openExistingCatalog(context)
  await using _heartbeat = await startHeartbeat(catalog, 'index rebuild')
  const { db, search, owner } = catalog
  using progress = new CountProgress(context, 'documents')
  const documents = await rebuildIndex(db, search, {
    owner,
    batchSize: batchSizeOf(context),
    signal: context.signal,
    onProgress: (written) => progress.show(written),
    onWaiting: () => context.log('Another process is rebuilding the index, or was a minute ago. Waiting for it.'),
  })
  await new SearchSync(db, search, { owner, batchSize: batchSizeOf(context) }).finish()
  const index = await search.identity()
  context.answer({ index, documents }, () => `Rebuilt ${escapeForTerminal(index)}: ${counted(documents, 'document')}.`)
  return 0
}

/** `hubdex index check`: compares the search index with the catalog. */
export async function checkAction(context: CommandContext, { sample }: { sample: number }): Promise<number> {
  await using catalog = await openExistingCatalog(context)
  const check = await checkIndex(catalog.db, catalog.search, { sample, batchSize: batchSizeOf(context) })
  context.answer(check, () => checkReport(check, context.width))
  return check.hasDrifted ? EXIT_FAILED : 0
}

/** `hubdex index repair`: corrects differences between the search index and the catalog. */
export async function repairAction(context: CommandContext): Promise<number> {
  await using catalog = await openExistingCatalog(context)
  using progress = new CountProgress(context, 'repos compared')
  const repair = await repairIndex(catalog.db, catalog.search, {
    batchSize: batchSizeOf(context),
    signal: context.signal,
    onProgress: (compared) => progress.show(compared),
  })
  const { compared, mended, orphans } = repair
  context.answer(
    repair,
    () =>
      `Compared ${counted(compared, 'repo')}: repaired ${counted(mended, 'document')}, removed ` +
      `${formatNumber(orphans)} without a live repo.`,
  )
  return 0
}

/** `hubdex index embed`: embeds the texts that are due. */
export async function embedAction(context: CommandContext): Promise<number> {
  await using catalog = await openExistingCatalog(context)
  const { db, search, owner } = catalog
  await using _heartbeat = await startHeartbeat(catalog, 'index embed')
  const embedding = openEmbedding(context.settings, catalog)
  if (embedding === undefined) {
    throw new SettingsError(['HUBDEX_EMBEDDER_URL and HUBDEX_EMBEDDER_MODEL are not set; expected an embedder.'])
  }
  const sync = new SearchSync(db, search, { owner, batchSize: batchSizeOf(context) })
  await sync.finish()
  using progress = new CountProgress(context, 'texts embedded')
  const outcome = await embedding.finish(context.signal, (embedded) => progress.show(embedded))
  // An index whose documents carry vectors gets them now.
  await sync.finish()
  const { embedded, failed } = outcome
  const failures = failed === 0 ? '' : ` ${formatNumber(failed)} failed (see \`hubdex failures\`).`
  context.answer(outcome, () => `Embedded ${counted(embedded, 'text')}.${failures}`)
  return 0
}

function checkReport({ index, mended, kinds, sampled, differing, hasDrifted }: IndexCheck, width: number | undefined): string {
  const rows = differing.slice(0, SHOWN_DIFFERENCES).map(({ hubId, fields }) => ({
    'hub id': hubId,
    differs: fields === undefined ? 'no document' : fields.join(', '),
  }))
  return [
    renderTable(
      kinds.map(({ kind, live, refused, indexed }) => ({
        kind,
        live,
        refused,
        indexed,
        surplus: indexed - live + refused,
      })),
    ),
    ...(mended.length === 0 ? [] : [`Index settings had been changed and were restored: ${mended.join(', ')}.`]),
    `${counted(sampled, 'repo')} compared, ${counted(differing.length, 'differs', 'differ')}.`,
    ...(rows.length === 0 ? [] : [renderTable(rows, { width })]),
    hasDrifted
      ? `${escapeForTerminal(index)} differs from the catalog. Run \`hubdex index repair\`.`
      : `${escapeForTerminal(index)} matches the catalog.`,
  ].join('\n\n')
}

/** Larger than batches of the sync, which must make changes searchable soon. */
function batchSizeOf({ settings }: CommandContext): number {
  return Math.max(settings.indexBatchSize ?? 0, 5_000)
}

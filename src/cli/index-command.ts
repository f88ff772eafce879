import { Command } from 'commander'
import { formatNumber } from '../config/format-number.ts'
import { checkIndex, type IndexCheck } from '../search/check.ts'
import { rebuildIndex } from '../search/rebuild.ts'
import { repairIndex } from '../search/repair.ts'
import { SearchSync } from '../search/sync.ts'
import { wholeNumber } from './arguments.ts'
import { openExistingCatalog } from './catalog.ts'
import { type CommandContext, defineCommand, type Run } from './command.ts'
import { EXIT_FAILED } from './failures.ts'
import { startHeartbeat } from './heartbeat.ts'
import { escapeForTerminal } from './output/escape.ts'
import { counted } from './output/format.ts'
import { renderTable } from './output/table.ts'
import { CountProgress } from './progress/count-progress.ts'

/** Differences shown one by one. */
const SHOWN_DIFFERENCES = 20

/** `hubdex index`: the search index, made from the catalogue. */
export function indexCommand(run: Run): Command {
  const rebuild = defineCommand({
    name: 'rebuild',
    summary: 'Build the search index anew from the catalogue',
    description:
      'Builds the search index anew from the catalogue, and makes it the one that follows it: needed once after another ' +
      'engine was chosen. In Meilisearch a second index is built and put in place of the first in one step; in Postgres ' +
      'documents are written anew in place. Searches find what they did meanwhile, and nothing that is crawled is lost.',
    examples: ['hubdex index rebuild', 'MEILI_URL=http://localhost:7700 hubdex index rebuild'],
  }).action(run(rebuildAction))
  const check = defineCommand({
    name: 'check',
    summary: 'Compare the search index with the catalogue',
    description:
      'Compares the search index with the catalogue: how many repos of each kind, and the content of some taken at ' +
      'random. Exit code 1 when they differ. What waits to be indexed is indexed first.',
    examples: ['hubdex index check', 'hubdex index check --sample 100000 --json'],
  })
    .option('--sample <repos>', 'repos to compare', wholeNumber(), 1_000)
    .action(run<{ sample: number }>(checkAction))
  const repair = defineCommand({
    name: 'repair',
    summary: 'Mend what differs between the search index and the catalogue',
    description:
      'Compares every document with the catalogue, writes those anew that are missing or differ, and removes those of ' +
      'which the catalogue has no live repo.',
    examples: ['hubdex index repair'],
  }).action(run(repairAction))
  return new Command('index')
    .summary('The search index: build it anew, check it, repair it')
    .description('The search index: build it anew, check it, repair it')
    .addCommand(rebuild)
    .addCommand(check)
    .addCommand(repair)
}

async function rebuildAction(context: CommandContext): Promise<number> {
  await using catalog = await openExistingCatalog(context)
  await using _heartbeat = await startHeartbeat(catalog, 'index rebuild')
  const { db, search, owner } = catalog
  using progress = new CountProgress(context, 'documents')
  const documents = await rebuildIndex(db, search, {
    owner,
    batchSize: batchSizeOf(context),
    signal: context.signal,
    onProgress: (written) => progress.show(written),
    onWaiting: () => context.log('Another process builds the index, or did so a minute ago. Waiting for it.'),
  })
  await new SearchSync(db, search, { owner, batchSize: batchSizeOf(context) }).finish()
  const index = await search.identity()
  context.answer(
    { index, documents },
    () => `Built ${escapeForTerminal(index)} anew: ${counted(documents, 'document')}.`,
  )
  return 0
}

async function checkAction(context: CommandContext, { sample }: { sample: number }): Promise<number> {
  await using catalog = await openExistingCatalog(context)
  const check = await checkIndex(catalog.db, catalog.search, { sample, batchSize: batchSizeOf(context) })
  context.answer(check, () => checkReport(check, context.width))
  return check.hasDrifted ? EXIT_FAILED : 0
}

async function repairAction(context: CommandContext): Promise<number> {
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
      `Compared ${counted(compared, 'repo')}: ${formatNumber(mended)} mended, ${formatNumber(orphans)} removed that ` +
      'the catalogue does not have.',
  )
  return 0
}

function checkReport(
  { index, mended, kinds, sampled, differing, hasDrifted }: IndexCheck,
  width: number | undefined,
): string {
  const rows = differing.slice(0, SHOWN_DIFFERENCES).map(({ hubId, fields }) => ({
    'hub id': hubId,
    differs: fields === undefined ? 'has no document' : fields.join(', '),
  }))
  return [
    renderTable(
      kinds.map(({ kind, live, refused, indexed }) => ({
        kind,
        live,
        refused,
        indexed,
        more: indexed - live + refused,
      })),
    ),
    ...(mended.length === 0 ? [] : [`Settings that somebody had changed, now put right: ${mended.join(', ')}.`]),
    `${counted(sampled, 'repo')} compared, ${counted(differing.length, 'differs', 'differ')}.`,
    ...(rows.length === 0 ? [] : [renderTable(rows, { width })]),
    hasDrifted
      ? `${escapeForTerminal(index)} is not what the catalogue has. Run \`hubdex index repair\`.`
      : `${escapeForTerminal(index)} is what the catalogue has.`,
  ].join('\n\n')
}

/** Long work goes in larger pieces than what somebody waits to find. */
function batchSizeOf({ settings }: CommandContext): number {
  return Math.max(settings.searchBatch ?? 0, 5_000)
}

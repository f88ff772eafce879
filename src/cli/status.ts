import type { Command } from 'commander'
import { readStatus } from '../catalog/status.ts'
import type { Settings } from '../config/settings.ts'
import { openExistingCatalog } from './catalog.ts'
import { defineCommand, type Run } from './command.ts'
import { toJson } from './output/json.ts'
import { searchStateOf } from './search-state.ts'
import { weightsOf } from './stage-run.ts'
import { statusReport } from './status-report.ts'
import { verdictOf } from './status-verdict.ts'

/** `hubdex status`: can the catalogue be trusted, and when will it be done? */
export function statusCommand(run: Run): Command {
  return defineCommand({
    name: 'status',
    summary: 'How complete and fresh the catalogue is, and when it will be done',
    description:
      'Tells for each kind how many repos are known and until when changes of the Hub are in; for each stage how much is ' +
      'done, and the time that the last seen budget needs for the rest; failures, budgets, and what waits. Lag is the time ' +
      "from a repo's lastModified on the Hub until the change was here, over changes of the last seven days. Over " +
      '200,000 repos, counts are estimates from a sample and marked with ~.',
    examples: ['hubdex status', "hubdex status --json | jq '.kinds[] | {kind, asOf, lagP95Seconds}'"],
  }).action(
    run(async (context) => {
      await using catalog = await openExistingCatalog(context)
      const status = await readStatus(catalog.db, {
        endpoint: context.settings.endpoint,
        weights: weightsOf(context.settings),
      })
      const settings = settingsThatMatter(context.settings)
      const search = await searchStateOf(catalog)
      const verdict = verdictOf(status)
      context.print(
        context.json
          ? toJson({ verdict, ...status, search, settings }, 2)
          : statusReport({ verdict, status, search, settings, width: context.width }),
      )
      return 0
    }),
  )
}

function settingsThatMatter(settings: Settings) {
  const { scheduleFull, scheduleRecent, scheduleStages, maxRemovedPercent, recentOverlapSecs } = settings
  return { scheduleFull, scheduleRecent, scheduleStages, recentOverlapSecs, maxRemovedPercent }
}

import { type Command, Option } from 'commander'
import { FAILURE_CAUSES } from '../../catalog/stages/failure-cause.ts'
import { defineCommand, type Run } from '../command.ts'
import { wholeNumber } from '../input/arguments.ts'

/** `hubdex failures`: tasks that are out of retries, by task and cause. `hubdex failures retry` makes them due now. */
export function failuresCommand(run: Run): Command {
  const command = defineCommand({
    name: 'failures',
    summary: 'List failures by task and cause, and when they are retried',
    description:
      'Lists tasks that are out of retries, with their cause. A task is retried after two hours, then after twice as long ' +
      'each time, up to thirty days, so permanent failures cost little. The task index is a repo that cannot be indexed. ' +
      'The task items is a collection whose items cannot be read. The task listing is a part of a list that a full pass ' +
      'had to skip; each full pass retries it. For each group, the HTTP status and the answer are from the latest failure, ' +
      'and attempts is the maximum.',
    examples: [
      'hubdex failures',
      'hubdex failures --task parquet --all',
      'hubdex failures retry --cause server-error',
      'hubdex sql "select * from failures where cause = \'gated\'"',
    ],
  })
    .option('--all', 'one row per failure, the latest first')
    .option('--limit <rows>', 'rows with --all', wholeNumber(1), 100)
    .action(run(async () => (await import('../actions/failures.ts')).failuresAction))
  const retry = defineCommand({
    name: 'retry',
    summary: 'Make failures due now; the next run of the stages or of a full pass retries them',
    examples: ['hubdex failures retry', 'hubdex failures retry --cause timeout --task details'],
  }).action(run(async () => (await import('../actions/failures.ts')).retryAction))
  addFilter(command)
  return command.addCommand(addFilter(retry))
}

function addFilter(command: Command): Command {
  return command
    .addOption(new Option('--cause <cause>', 'only failures of this cause').choices(FAILURE_CAUSES))
    .option('--task <task>', 'only failures of this task: details, parquet, card, items, refresh, index or listing')
}

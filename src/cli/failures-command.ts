import { type Command, Option } from 'commander'
import { FAILURE_CAUSES, type FailureCause, PROCESS_DIED } from '../catalog/failure-cause.ts'
import { type KeptFailure, keptFailures } from '../catalog/failure-list.ts'
import { type FailureFilter, type FailureGroup, failureGroups, retryFailures } from '../catalog/failures.ts'
import { wakePasses } from '../catalog/passes.ts'
import { wholeNumber } from './arguments.ts'
import { openExistingCatalog } from './catalog.ts'
import { type CommandContext, defineCommand, type Run } from './command.ts'
import { ageText, untilText } from './output/ages.ts'
import { counted } from './output/format.ts'
import { labelled } from './output/labelled.ts'
import { renderTable } from './output/table.ts'

/** Columns of a terminal from which on there is room for answers beside the names of repos. */
const WIDE = 120

interface FailuresFlags extends FailureFilter {
  cause?: FailureCause
  task?: string
  all?: true
  limit: number
}

/** `hubdex failures`: what is out of retries, by task and cause; `hubdex failures retry` makes it due at once. */
export function failuresCommand(run: Run): Command {
  const command = defineCommand({
    name: 'failures',
    summary: 'What failed, by task and cause, and when it is tried again',
    description:
      'A task on one repo that is out of retries is kept with its cause, and tried again two hours later, then after ' +
      'twice as long each time, up to thirty days: what fails for ever costs less and less. The task listing is a stretch of ' +
      'a list that a full pass had to step over; each full pass tries it again. Of a group, status (of HTTP) and ' +
      'answer are those of the latest failure, attempts the most at any of them.',
    examples: [
      'hubdex failures',
      'hubdex failures --task parquet --all',
      'hubdex failures retry --cause server-error',
      'hubdex sql "select * from failures where cause = \'gated\'"',
    ],
  })
    .option('--all', 'one row a failure, the latest first')
    .option('--limit <rows>', 'rows with --all', wholeNumber(1), 100)
    .action(
      run<FailuresFlags>((context, flags) =>
        flags.all === true ? showAll(context, flags) : showGroups(context, flags),
      ),
    )
  const retry = defineCommand({
    name: 'retry',
    summary: 'Make failures due at once; the next run of the stages, or of a full pass, tries them',
    examples: ['hubdex failures retry', 'hubdex failures retry --cause timeout --task details'],
  }).action(run<FailuresFlags>(retryGroup))
  addFilter(command)
  return command.addCommand(addFilter(retry))
}

function addFilter(command: Command): Command {
  return command
    .addOption(new Option('--cause <cause>', 'only failures of this cause').choices(FAILURE_CAUSES))
    .option('--task <task>', 'only failures of this task: details, parquet, card, refresh or listing')
}

async function showGroups(context: CommandContext, { cause, task }: FailuresFlags): Promise<number> {
  await using catalog = await openExistingCatalog(context)
  const groups = (await failureGroups(catalog.db)).filter(
    (group) => (cause === undefined || group.cause === cause) && (task === undefined || group.task === task),
  )
  context.answer(groups, () => groupsText(groups, context.width))
  return 0
}

function groupsText(groups: readonly FailureGroup[], width: number | undefined): string {
  if (groups.length === 0) return 'No failures.'
  const now = new Date()
  const rows = groups.map((group) => ({
    task: group.task,
    cause: group.cause,
    failures: group.failures,
    status: group.status,
    attempts: group.attempts,
    first: ageText(group.firstFailedAt, now),
    last: ageText(group.failedAt, now),
    'next retry': untilText(group.retryAt, now),
  }))
  return [renderTable(rows, { width }), '', 'The latest of each:', ...latest(groups, width)].join('\n')
}

/** Too long for a cell: the repo that failed last, and what was answered. */
function latest(groups: readonly FailureGroup[], width: number | undefined): string[] {
  const labels = groups.map(({ task, cause }) => `${task} ${cause}`)
  const labelWidth = Math.max(...labels.map((label) => label.length)) + 2
  return groups.map(({ example, answer }, index) => {
    const text = [example, answer].filter((part) => part !== null).join(': ')
    return labelled(labels[index] ?? '', text, width, labelWidth)
  })
}

async function showAll(context: CommandContext, flags: FailuresFlags): Promise<number> {
  await using catalog = await openExistingCatalog(context)
  const failures = await keptFailures(catalog.db, flags, flags.limit)
  context.answer(failures, () => failuresTable(failures, context.width))
  if (failures.length === flags.limit) {
    context.log(`Cut off at ${counted(failures.length, 'row')}; --limit raises the limit.`)
  }
  return 0
}

function failuresTable(failures: readonly KeptFailure[], width: number | undefined): string {
  if (failures.length === 0) return 'No failures.'
  const now = new Date()
  const rows = failures.map((failure) => ({
    task: failure.task,
    kind: failure.kind,
    repo: failure.id ?? failure.hubId,
    cause: failure.cause,
    status: failure.status,
    attempts: failure.attempts,
    failed: ageText(failure.failedAt, now),
    'next retry': untilText(failure.retryAt, now),
    ...((width ?? WIDE) >= WIDE && { answer: failure.answer }),
  }))
  return renderTable(rows, { width })
}

async function retryGroup(context: CommandContext, { cause, task }: FailuresFlags): Promise<number> {
  await using catalog = await openExistingCatalog(context)
  const isOfPasses = task === undefined && (cause === undefined || cause === PROCESS_DIED.cause)
  const passes = isOfPasses ? await wakePasses(catalog.db) : 0
  const retried = passes + (await retryFailures(catalog.db, { cause, task }))
  context.answer({ retried }, () => `${counted(retried, 'task is', 'tasks are')} due now.`)
  return 0
}

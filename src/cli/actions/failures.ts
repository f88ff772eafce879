import type { FailureCause } from '../../catalog/stages/failure-cause.ts'
import { type ListedFailure, listFailures } from '../../catalog/stages/failure-list.ts'
import { type FailureFilter, type FailureGroup, failureGroups } from '../../catalog/stages/failures.ts'
import { retryTasks } from '../../catalog/stages/retry-tasks.ts'
import { ageText, untilText } from '../../output/ages.ts'
import { counted } from '../../output/format.ts'
import { renderTable } from '../../output/table.ts'
import { withLabel } from '../../output/with-label.ts'
import { openExistingCatalog } from '../../service/open/catalog.ts'
import type { CommandContext } from '../command.ts'

/** Narrower terminals have no room for answers beside the names of repos. */
const MIN_WIDTH_FOR_ANSWERS = 120

interface FailuresFlags extends FailureFilter {
  cause?: FailureCause
  task?: string
  all?: true
  limit: number
}

/** `hubdex failures`: lists tasks that are out of retries, in groups or one by one. */
export async function failuresAction(context: CommandContext, flags: FailuresFlags): Promise<number> {
  return flags.all === true ? await showAll(context, flags) : await showGroups(context, flags)
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
  return [renderTable(rows, { width }), '', 'Latest failure of each group:', ...latest(groups, width)].join('\n')
}

/** The latest failure of each group with its answer, which is too long for a cell. */
function latest(groups: readonly FailureGroup[], width: number | undefined): string[] {
  const labels = groups.map(({ task, cause }) => `${task} ${cause}`)
  const labelWidth = Math.max(...labels.map((label) => label.length)) + 2
  return groups.map(({ example, answer }, index) => {
    const text = [example, answer].filter((part) => part !== null).join(': ')
    return withLabel(labels[index] ?? '', text, width, labelWidth)
  })
}

async function showAll(context: CommandContext, flags: FailuresFlags): Promise<number> {
  await using catalog = await openExistingCatalog(context)
  const failures = await listFailures(catalog.db, flags, flags.limit)
  context.answer(failures, () => failuresTable(failures, context.width))
  if (failures.length === flags.limit) {
    context.log(`Truncated after ${counted(failures.length, 'row')}; --limit raises the limit.`)
  }
  return 0
}

function failuresTable(failures: readonly ListedFailure[], width: number | undefined): string {
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
    ...((width ?? MIN_WIDTH_FOR_ANSWERS) >= MIN_WIDTH_FOR_ANSWERS && { answer: failure.answer }),
  }))
  return renderTable(rows, { width })
}

/** `hubdex failures retry`: makes failures due now. */
export async function retryAction(context: CommandContext, { cause, task }: FailuresFlags): Promise<number> {
  await using catalog = await openExistingCatalog(context)
  const retried = await retryTasks(catalog.db, { cause, task })
  context.answer({ retried }, () => `${counted(retried, 'task is', 'tasks are')} due now.`)
  return 0
}

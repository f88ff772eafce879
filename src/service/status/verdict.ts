import type { CatalogStatus } from '../../catalog/status.ts'
import { pluralOf } from '../../hub/kinds.ts'
import { ageText, spanText } from '../../output/ages.ts'
import { counted } from '../../output/format.ts'
import { formatNumber } from '../../util/format-number.ts'
import type { ScheduledJob } from '../effective-schedule.ts'

const HOUR_MS = 3_600_000
/** Later than this, a catalog is said to fall behind. */
const STALE_MS = 24 * HOUR_MS
/** How old a full pass may be where no schedule says when the next one is due. */
const FULL_PASS_GOOD_FOR_MS = 7 * 24 * HOUR_MS

type KindStatus = CatalogStatus['kinds'][number]

/** The state of a catalog in a few sentences: can it be trusted, and when will it be done? */
export function verdictOf(status: CatalogStatus, jobs: readonly ScheduledJob[]): string {
  const texts = [
    listingsText(status, jobs),
    gapsText(status),
    unconfirmedText(status),
    stagesText(status),
    failuresText(status),
  ]
  return texts.filter((text) => text !== '').join(' ')
}

function listingsText({ kinds, readAt }: CatalogStatus, jobs: readonly ScheduledJob[]): string {
  const missing = kinds.filter((kind) => kind.lastFullAt === null)
  if (missing.length === kinds.length) return 'Not complete: no full pass has ended yet.'
  if (missing.length > 0) return `Not complete: no full pass of ${namesOf(missing)} has ended yet.`
  const asOf = oldest(kinds, ({ asOf: at }) => at) ?? readAt
  const overdue = kinds.filter((kind) => isOverdue(kind, jobs, readAt))
  const removalsAsOf = oldest(overdue, ({ lastFullAt }) => lastFullAt)
  if (removalsAsOf !== undefined) {
    return (
      `Changes are in as of ${ageText(asOf, readAt)}, but what is gone from the Hub only as of ` +
      `${ageText(removalsAsOf, readAt)}: the full pass of ${namesOf(overdue)} is overdue. Look at ` +
      '`hubdex schedule --list`, or run `hubdex crawl`.'
    )
  }
  const text = `Complete as of ${ageText(asOf, readAt)}`
  if (readAt.getTime() - asOf.getTime() <= STALE_MS) return `${text}.`
  return `${text}, and falling behind: run \`hubdex crawl --scope recent\`, or keep \`hubdex up\` running.`
}

/** A pass may take half of the time until the one after it, or an hour, before it is called overdue. */
function isOverdue({ lastFullAt }: KindStatus, jobs: readonly ScheduledJob[], now: Date): boolean {
  if (lastFullAt === null) return false
  const cronSchedule = jobs.find(({ job }) => job === 'full')?.cronSchedule
  const due = cronSchedule?.next(lastFullAt)
  const following = due && cronSchedule?.next(due)
  const allowedUntilMs =
    due && following
      ? due.getTime() + Math.max(HOUR_MS, (following.getTime() - due.getTime()) / 2)
      : lastFullAt.getTime() + FULL_PASS_GOOD_FOR_MS
  return now.getTime() > allowedUntilMs
}

function gapsText({ kinds }: CatalogStatus): string {
  const open = kinds.filter(({ lastFullGaps }) => lastFullGaps.length > 0)
  if (open.length === 0) return ''
  return `A stretch of the list of ${namesOf(open)} never answered well and was stepped over; the next full pass tries it again.`
}

function unconfirmedText({ kinds }: CatalogStatus): string {
  const open = kinds.filter(({ unconfirmed }) => unconfirmed > 0)
  if (open.length === 0) return ''
  const counts = open.map(({ kind, unconfirmed }) => counted(unconfirmed, kind, pluralOf[kind])).join(', ')
  return `Missed by the last full pass but not proved gone, and so still here: ${counts}.`
}

function stagesText({ stages, secondsUntilDone }: CatalogStatus): string {
  const due = stages.reduce((total, stage) => total + stage.due, 0)
  if (due === 0) return 'Every stage is up to date.'
  const time = secondsUntilDone === null ? 'at a budget not seen yet' : `${spanText(secondsUntilDone)} at this budget`
  return `${counted(due, 'stage task is', 'stage tasks are')} due: ${time}.`
}

function failuresText({ failures }: CatalogStatus): string {
  const count = failures.reduce((total, group) => total + group.failures, 0)
  return count === 0 ? '' : `${formatNumber(count)} failed (see \`hubdex failures\`).`
}

function oldest(kinds: readonly KindStatus[], atOf: (kind: KindStatus) => Date | null): Date | undefined {
  const times = kinds.flatMap((kind) => atOf(kind) ?? [])
  return times.reduce<Date | undefined>((first, at) => (first === undefined || at < first ? at : first), undefined)
}

function namesOf(kinds: readonly KindStatus[]): string {
  return new Intl.ListFormat('en-GB').format(kinds.map(({ kind }) => pluralOf[kind]))
}

import type { CatalogStatus } from '../../catalog/status.ts'
import { pluralOf } from '../../hub/kinds.ts'
import { ageText, spanText } from '../../output/ages.ts'
import { counted } from '../../output/format.ts'
import { formatNumber } from '../../util/format-number.ts'
import type { Note } from '../../util/note.ts'
import type { ScheduledJob } from '../effective-schedule.ts'

const HOUR_MS = 3_600_000
/** Later than this, a catalog is said to fall behind. */
const STALE_MS = 24 * HOUR_MS
/** How old a full pass may be where no schedule says when the next one is due. */
const FULL_PASS_GOOD_FOR_MS = 7 * 24 * HOUR_MS

type KindStatus = CatalogStatus['kinds'][number]

/** All findings. The first one is always about the passes. docs/how-it-stays-fresh.md explains each. */
export const FINDING_CODES = [
  'no-full-pass',
  'full-pass-overdue',
  'stale',
  'complete',
  'gaps',
  'unconfirmed-removals',
  'stages-due',
  'stages-done',
  'failures',
] as const

export type Finding = Note<(typeof FINDING_CODES)[number]>

/** The state of a catalog in a few findings: can it be trusted, and when will it be done? */
export function verdictOf(status: CatalogStatus, jobs: readonly ScheduledJob[]): Finding[] {
  return [
    listingsFinding(status, jobs),
    ...gapsFinding(status),
    ...unconfirmedFinding(status),
    stagesFinding(status),
    ...failuresFinding(status),
  ]
}

function listingsFinding({ kinds, readAt }: CatalogStatus, jobs: readonly ScheduledJob[]): Finding {
  const missing = kinds.filter((kind) => kind.lastFullAt === null)
  if (missing.length > 0) {
    const ofKinds = missing.length === kinds.length ? '' : ` of ${namesOf(missing)}`
    return { code: 'no-full-pass', text: `Not complete: no full pass${ofKinds} has ended yet.` }
  }
  const asOf = oldest(kinds, ({ asOf: at }) => at) ?? readAt
  const overdue = kinds.filter((kind) => isOverdue(kind, jobs, readAt))
  const removalsAsOf = oldest(overdue, ({ lastFullAt }) => lastFullAt)
  if (removalsAsOf !== undefined) {
    const text =
      `Changes are in as of ${ageText(asOf, readAt)}, but what is gone from the Hub only as of ` +
      `${ageText(removalsAsOf, readAt)}: the full pass of ${namesOf(overdue)} is overdue. Look at ` +
      '`hubdex schedule --list`, or run `hubdex crawl`.'
    return { code: 'full-pass-overdue', text }
  }
  const text = `Complete as of ${ageText(asOf, readAt)}`
  if (readAt.getTime() - asOf.getTime() <= STALE_MS) return { code: 'complete', text: `${text}.` }
  const advice = 'run `hubdex crawl --scope recent`, or keep `hubdex up` running.'
  return { code: 'stale', text: `${text}, and falling behind: ${advice}` }
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

function gapsFinding({ kinds }: CatalogStatus): Finding[] {
  const open = kinds.filter(({ lastFullGaps }) => lastFullGaps.length > 0)
  if (open.length === 0) return []
  const what = `A stretch of the list of ${namesOf(open)}`
  return [
    { code: 'gaps', text: `${what} never answered well and was stepped over; the next full pass tries it again.` },
  ]
}

function unconfirmedFinding({ kinds }: CatalogStatus): Finding[] {
  const open = kinds.filter(({ unconfirmed }) => unconfirmed > 0)
  if (open.length === 0) return []
  const counts = open.map(({ kind, unconfirmed }) => counted(unconfirmed, kind, pluralOf[kind])).join(', ')
  const text = `Missed by the last full pass but not proved gone, and so still here: ${counts}.`
  return [{ code: 'unconfirmed-removals', text }]
}

function stagesFinding({ stages, backlogSecs }: CatalogStatus): Finding {
  const due = stages.reduce((total, stage) => total + stage.due, 0)
  if (due === 0) return { code: 'stages-done', text: 'Every stage is up to date.' }
  const time = backlogSecs === null ? 'at a budget not seen yet' : `${spanText(backlogSecs)} at this budget`
  return { code: 'stages-due', text: `${counted(due, 'stage task is', 'stage tasks are')} due: ${time}.` }
}

function failuresFinding({ failures }: CatalogStatus): Finding[] {
  const count = failures.reduce((total, group) => total + group.failures, 0)
  return count === 0 ? [] : [{ code: 'failures', text: `${formatNumber(count)} failed (see \`hubdex failures\`).` }]
}

function oldest(kinds: readonly KindStatus[], atOf: (kind: KindStatus) => Date | null): Date | undefined {
  const times = kinds.flatMap((kind) => atOf(kind) ?? [])
  return times.reduce<Date | undefined>((first, at) => (first === undefined || at < first ? at : first), undefined)
}

function namesOf(kinds: readonly KindStatus[]): string {
  return new Intl.ListFormat('en-GB').format(kinds.map(({ kind }) => pluralOf[kind]))
}

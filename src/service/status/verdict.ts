import type { CatalogStatus } from '../../catalog/status.ts'
import { type CatalogKind, pluralOf } from '../../hub/kinds.ts'
import { ageText, spanText } from '../../output/ages.ts'
import { counted } from '../../output/format.ts'
import { formatNumber } from '../../util/format-number.ts'
import type { Note } from '../../util/note.ts'
import type { ScheduledJob } from '../effective-schedule.ts'

const HOUR_MS = 3_600_000
/** A catalog older than this is stale. */
const STALE_MS = 24 * HOUR_MS
/** The allowed age of a full pass if no schedule says when the next one is due. */
const MAX_FULL_PASS_AGE_MS = 7 * 24 * HOUR_MS

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
  'stages-unconfirmed',
  'stages-done',
  'failures',
] as const

export type Finding = Note<(typeof FINDING_CODES)[number]>

/** Whether a catalog can be trusted, and when it will be done. */
export function verdictOf(status: CatalogStatus, jobs: readonly ScheduledJob[]): Finding[] {
  return [
    listingsFinding(status, jobs),
    ...gapsFinding(status),
    ...unconfirmedFinding(status),
    stagesFinding(status),
    ...failuresFinding(status),
  ]
}

function listingsFinding({ kinds: all, readAt }: CatalogStatus, jobs: readonly ScheduledJob[]): Finding {
  const kinds = all.filter((kind) => isWanted(kind, jobs))
  const missing = kinds.filter((kind) => kind.lastFullAt === null)
  if (missing.length > 0) {
    const ofKinds = missing.length === kinds.length ? '' : ` of ${namesOf(missing)}`
    return { code: 'no-full-pass', text: `Not complete: no full pass${ofKinds} has completed yet.` }
  }
  const asOf = oldest(kinds, ({ asOf: at }) => at) ?? readAt
  const overdue = kinds.filter((kind) => isOverdue(kind, jobs, readAt))
  const removalsAsOf = oldest(overdue, ({ lastFullAt }) => lastFullAt)
  if (removalsAsOf !== undefined) {
    const text =
      `Changes are known as of ${ageText(asOf, readAt)}, but removals only as of ${ageText(removalsAsOf, readAt)}: the full ` +
      `pass of ${namesOf(overdue)} is overdue. Check \`hubdex schedule --list\`, or run \`hubdex crawl\`.`
    return { code: 'full-pass-overdue', text }
  }
  const text = `Complete as of ${ageText(asOf, readAt)}`
  if (readAt.getTime() - asOf.getTime() <= STALE_MS) return { code: 'complete', text: `${text}.` }
  const advice = 'run `hubdex crawl --scope recent`, or keep `hubdex up` running.'
  return { code: 'stale', text: `${text}, and falling behind: ${advice}` }
}

/** Collections are left out while nobody crawls them. */
function isWanted({ kind, lastFullAt }: KindStatus, jobs: readonly ScheduledJob[]): boolean {
  return kind !== 'collection' || lastFullAt !== null || cronOf(kind, jobs) !== undefined
}

function cronOf(kind: CatalogKind, jobs: readonly ScheduledJob[]): ScheduledJob['cronSchedule'] {
  return jobs.find(({ job }) => job === (kind === 'collection' ? 'collections' : 'full'))?.cronSchedule
}

/** A pass is overdue when half of the time until the one after it has passed, or an hour if that is longer. */
function isOverdue({ kind, lastFullAt }: KindStatus, jobs: readonly ScheduledJob[], now: Date): boolean {
  if (lastFullAt === null) return false
  const cronSchedule = cronOf(kind, jobs)
  const due = cronSchedule?.next(lastFullAt)
  const following = due && cronSchedule?.next(due)
  const allowedUntilMs =
    due && following
      ? due.getTime() + Math.max(HOUR_MS, (following.getTime() - due.getTime()) / 2)
      : lastFullAt.getTime() + MAX_FULL_PASS_AGE_MS
  return now.getTime() > allowedUntilMs
}

function gapsFinding({ kinds }: CatalogStatus): Finding[] {
  const open = kinds.filter(({ lastFullGaps }) => lastFullGaps.length > 0)
  if (open.length === 0) return []
  const text =
    `A part of the list of ${namesOf(open)} was skipped because the Hub always failed there. The next full pass tries it ` +
    'again.'
  return [{ code: 'gaps', text }]
}

function unconfirmedFinding({ kinds }: CatalogStatus): Finding[] {
  const open = kinds.filter(({ unconfirmed }) => unconfirmed > 0)
  if (open.length === 0) return []
  const counts = open.map(({ kind, unconfirmed }) => counted(unconfirmed, kind, pluralOf[kind])).join(', ')
  const text = `Missing from the last full pass but not confirmed as deleted, and therefore kept: ${counts}.`
  return [{ code: 'unconfirmed-removals', text }]
}

function stagesFinding({ stages, backlogSecs, isEstimate }: CatalogStatus): Finding {
  const due = stages.reduce((total, stage) => total + stage.due, 0)
  if (due === 0) {
    if (!isEstimate) return { code: 'stages-done', text: 'Every stage is up to date.' }
    const text = 'No sampled repo has a due stage, but others may have: `hubdex status --exact` reads every repo.'
    return { code: 'stages-unconfirmed', text }
  }
  const time = backlogSecs === null ? 'the budget is not known yet' : `${spanText(backlogSecs)} at this budget`
  return {
    code: 'stages-due',
    text: `${isEstimate ? 'About ' : ''}${counted(due, 'stage task is', 'stage tasks are')} due: ${time}.`,
  }
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

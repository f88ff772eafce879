import { ageText } from '../../output/ages.ts'

const exact = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'medium',
  timeStyle: 'short',
  timeZone: 'UTC',
})
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' })

/** `3 Nov 2025`. */
export function dayText(at: string): string {
  const date = new Date(at)
  return Number.isNaN(date.getTime()) ? at : day.format(date)
}

export function instantText(at: string): string {
  const date = new Date(at)
  return Number.isNaN(date.getTime()) ? at : `${exact.format(date)} UTC`
}

/** Time since then, with the exact time as its title. */
export function Age({ at }: { at: string | null | undefined }) {
  if (at === null || at === undefined) return <>never</>
  return (
    <time dateTime={at} title={instantText(at)}>
      {agoText(new Date(at), new Date())}
    </time>
  )
}

/** A date, with the exact time as its title. */
export function Day({ at }: { at: string | null | undefined }) {
  if (at === null || at === undefined) return <>–</>
  return (
    <time dateTime={at} title={instantText(at)}>
      {dayText(at)}
    </time>
  )
}

const MONTH_MS = 2_629_746_000

/** `3 h ago`, `5 mo ago`. */
function agoText(at: Date, now: Date): string {
  const months = (now.getTime() - at.getTime()) / MONTH_MS
  if (months < 2) return ageText(at, now)
  return months < 24 ? `${Math.round(months)} mo ago` : `${Math.round(months / 12)} y ago`
}

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

const relative = new Intl.RelativeTimeFormat('en', { style: 'narrow' })
/** Seconds per unit, and up to how many of it. */
const UNITS = [
  ['second', 1, 90],
  ['minute', 60, 90],
  ['hour', 3_600, 48],
  ['day', 86_400, 60],
  ['month', 2_629_746, 24],
  ['year', 31_556_952, Number.POSITIVE_INFINITY],
] as const

/** `3h ago`, `5mo ago`. */
function agoText(at: Date, now: Date): string {
  const seconds = Math.max(0, (now.getTime() - at.getTime()) / 1000)
  const [unit, size] = UNITS.find(([, perUnit, most]) => seconds / perUnit < most) ?? UNITS[5]
  return relative.format(-Math.round(seconds / size), unit)
}

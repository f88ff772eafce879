import type { CatalogStatus } from '../catalog/status.ts'
import { pluralOf } from '../hub/kinds.ts'
import { ageText, spanText } from './output/ages.ts'
import { counted, formatNumber } from './output/format.ts'

/** Later than this, a catalogue is said to fall behind. */
const STALE_SECONDS = 86_400

/** The state of a catalogue in a sentence or two: can it be trusted, and when will it be done? */
export function verdictOf(status: CatalogStatus): string {
  return [listingsText(status), stagesText(status), failuresText(status)].filter((text) => text !== '').join(' ')
}

function listingsText({ kinds, readAt }: CatalogStatus): string {
  const missing = kinds.filter((kind) => kind.lastFullAt === null).map((kind) => pluralOf[kind.kind])
  if (missing.length === kinds.length) return 'Not complete: no full pass has ended yet.'
  if (missing.length > 0) return `Not complete: no full pass of ${missing.join(' and ')} has ended yet.`
  const asOf = kinds.reduce((oldest, { asOf: at }) => (at !== null && at < oldest ? at : oldest), readAt)
  const text = `Complete as of ${ageText(asOf, readAt)}`
  if (readAt.getTime() - asOf.getTime() <= STALE_SECONDS * 1000) return `${text}.`
  return `${text}, and falling behind: run \`hubdex crawl --scope recent\`, or keep \`hubdex up\` running.`
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

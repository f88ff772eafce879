import type { RepoProfile } from '../../catalog/repos/profile.ts'
import type { KnownRepo } from '../../catalog/repos/reads.ts'
import { ageText, untilText } from '../../output/ages.ts'
import { escapeForTerminal } from '../../output/escape.ts'
import { shorten } from '../../output/fit.ts'
import { counted, formatBytes } from '../../output/format.ts'
import { toJson } from '../../output/json.ts'
import { withLabel } from '../../output/with-label.ts'
import { writeValue } from '../../search/value-list.ts'
import { formatNumber } from '../../util/format-number.ts'

export interface RepoReportOptions {
  now: Date
  /** Columns of the terminal; undefined for files and pipes. */
  width: number | undefined
}

const LABEL_WIDTH = 18
/** Lines of each list. */
const SHOWN = 5
const SHOWN_README_LINES = 8
/** Width of a line without a terminal. */
const LINE_WIDTH = 160
const BYTE_FIELDS = new Set(['bytes'])

interface Section {
  label: string
  text: string
  lines?: readonly string[]
}

/** A repo for people: its fields, then everything else known about it, each with a count and the first few. */
export function repoReport(repo: KnownRepo, profile: RepoProfile, { now, width }: RepoReportOptions): string {
  const sections = [
    ...Object.entries(repo).flatMap(([field, value]) => fieldSection(field, value, width)),
    unconfirmedSection(profile, now),
    // Nothing more is fetched for a repo that is gone.
    ...profile.stages
      .filter(({ outcome }) => outcome !== null || repo['removedAt'] === undefined)
      .map((stage) => stageSection(stage, now)),
    ...filesSections(profile),
    readmeSection(profile),
    ...parquetSections(profile),
    ...itemsSections(profile),
    ...collectionsSections(profile),
    ...(profile.items === null ? [historySection(profile), eventsSection(profile, now)] : []),
    ...profile.failures.map((failure) => failureSection(failure, now)),
  ]
  return sections
    .filter((section) => section !== undefined)
    .map(({ label, text, lines = [] }) => {
      const below = lines.map((line) => `${' '.repeat(LABEL_WIDTH)}${oneLine(line, width)}`)
      return [withLabel(label, text, width, LABEL_WIDTH), ...below].join('\n')
    })
    .join('\n')
}

function oneLine(text: string, width: number | undefined): string {
  return shorten(escapeForTerminal(text), (width ?? LINE_WIDTH) - LABEL_WIDTH)
}

/** Shortened to four lines of a terminal; the JSON has all of it. */
function fieldSection(label: string, value: unknown, width: number | undefined): Section[] {
  if (Array.isArray(value) && value.length === 0) return []
  const text = fieldText(label, value)
  return [{ label, text: width === undefined ? text : shorten(text, 4 * (width - LABEL_WIDTH)) }]
}

function fieldText(field: string, value: unknown): string {
  if (Array.isArray(value) && value.every((member) => typeof member === 'string')) return value.map(writeValue).join(', ')
  if (value instanceof Date) return value.toISOString()
  if (typeof value === 'number') return BYTE_FIELDS.has(field) ? formatBytes(value) : formatNumber(value)
  if (typeof value !== 'object') return String(value).replace(/\s+/g, ' ').trim()
  // With spaces, so that it can be wrapped.
  return toJson(value, 1).replace(/\n */g, ' ')
}

function unconfirmedSection({ unconfirmed }: RepoProfile, now: Date): Section | undefined {
  if (unconfirmed === null) return undefined
  const { missedAt, probes } = unconfirmed
  const probed = probes === 0 ? 'not probed yet' : `probed ${counted(probes, 'time')} without a clear answer`
  return { label: 'unconfirmed', text: `missed by a full pass ${ageText(missedAt, now)}, ${probed}` }
}

function stageSection({ stage, outcome, isCurrent, reason, doneAt }: RepoProfile['stages'][number], now: Date): Section {
  const state = outcome === null ? 'not done yet' : `${outcome} ${ageText(doneAt, now)}`
  const due = outcome !== null && !isCurrent ? ', due again' : ''
  return { label: `stage ${stage}`, text: `${state}${due}${reason === null ? '' : `: ${reason}`}` }
}

function filesSections({ files, details }: RepoProfile): Section[] {
  if (files === null) return []
  const sizes = [
    ...(files.bytes === null ? [] : [formatBytes(files.bytes)]),
    ...(files.usedStorage === null ? [] : [`${formatBytes(files.usedStorage)} with history`]),
  ]
  const lines = files.files.map(({ path, size }) => `${size === null ? '' : formatBytes(size)}`.padEnd(9) + path)
  const section = {
    label: 'files',
    text: [counted(files.count, 'file'), ...sizes].join(', '),
    lines: few(lines, files.count),
  }
  const names = Object.keys(details ?? {})
  return names.length === 0 ? [section] : [section, { label: 'details', text: names.join(', ') }]
}

function readmeSection({ readme }: RepoProfile): Section | undefined {
  if (readme === null) return undefined
  const written = readme.text.split('\n').filter((line) => line.trim() !== '')
  const text = `${formatBytes(readme.bytes)}${readme.truncated ? ', truncated' : ''}`
  const hasMore = written.length > SHOWN_README_LINES
  return { label: 'readme', text, lines: [...written.slice(0, SHOWN_README_LINES), ...(hasMore ? ['…'] : [])] }
}

function parquetSections({ parquet }: RepoProfile): Section[] {
  if (parquet === null) return []
  const { splits, schemas } = parquet
  const lines = splits.map(({ config, split, rows, bytes, files, isEstimated }) => {
    const about = isEstimated ? 'about ' : ''
    const parts = [
      ...(rows === null ? [] : [about + counted(rows, 'row')]),
      ...(bytes === null ? [] : [formatBytes(bytes)]),
      counted(files.length, 'file'),
    ]
    return `${config}/${split}: ${parts.join(', ')}`
  })
  const [schema] = schemas
  const shown = schema?.columns.slice(0, SHOWN) ?? []
  const pathWidth = Math.min(40, Math.max(0, ...shown.map(({ path }) => path.length)))
  const columns = shown.map(({ path, physicalType, logicalType, nesting }) =>
    [path.padEnd(pathWidth), logicalType ?? physicalType, ...(nesting === null ? [] : [`in ${nesting}`])].join('  '),
  )
  const others = schemas.length > 1 ? `; other splits have ${counted(schemas.length - 1, 'other schema')}` : ''
  return [
    { label: 'parquet', text: counted(splits.length, 'split'), lines: few(lines, lines.length) },
    ...(schema === undefined
      ? []
      : [
          {
            label: 'columns',
            text: `${counted(schema.columnCount, 'column')}${others}`,
            lines: few(columns, schema.columnCount),
          },
        ]),
  ]
}

function itemsSections({ items: known }: RepoProfile): Section[] {
  if (known === null) return []
  const lines = known.items.map(({ kind, id, note }) => `${kind.padEnd(11)}${id}${note === null ? '' : `: ${note}`}`)
  const rest = known.isComplete ? '' : ', the others are still to be read'
  return [{ label: 'items', text: `${counted(lines.length, 'item')}${rest}`, lines: few(lines, lines.length) }]
}

function collectionsSections({ collections }: RepoProfile): Section[] {
  if (collections.length === 0) return []
  const lines = collections.map(
    ({ id, upvotes, note }) => `${id}  ${counted(upvotes ?? 0, 'upvote')}${note === null ? '' : `: ${note}`}`,
  )
  return [{ label: 'collections', text: `in ${counted(collections.length, 'collection')}`, lines: few(lines, lines.length) }]
}

function historySection({ history }: RepoProfile): Section {
  const lines = history.map(({ day, downloads, likes, trendingScore }) => {
    const values = { downloads, likes, trending: trendingScore }
    const known = Object.entries(values).flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]))
    return `${day}  ${known.map(([name, value]) => `${name} ${formatNumber(value)}`).join('  ')}`
  })
  return { label: 'history', text: counted(history.length, 'day'), lines: few(lines, lines.length) }
}

function eventsSection({ events }: RepoProfile, now: Date): Section {
  const lines = events.map(({ event, oldValue, newValue, happenedAt }) => {
    const change = oldValue === null && newValue === null ? '' : `: ${oldValue ?? 'none'} → ${newValue ?? 'none'}`
    return `${ageText(happenedAt, now)}  ${event}${change}`
  })
  return { label: 'events', text: counted(events.length, 'event'), lines: few(lines, lines.length) }
}

function failureSection(failure: RepoProfile['failures'][number], now: Date): Section {
  const { task, cause, status, attempts, failedAt, retryAt, answer } = failure
  const parts = [
    `${task}: ${cause}${status === null ? '' : ` (${status})`} ${ageText(failedAt, now)}`,
    counted(attempts, 'attempt'),
    `next ${untilText(retryAt, now)}`,
  ]
  return { label: 'failure', text: `${parts.join(', ')}${answer === null ? '' : `: ${answer}`}` }
}

/** The first few lines, and how many more there are. */
function few(lines: readonly string[], all: number): string[] {
  const shown = lines.slice(0, SHOWN)
  return all > shown.length ? [...shown, `… and ${formatNumber(all - shown.length)} more (--json has them)`] : shown
}

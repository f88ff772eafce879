import type { ComponentChildren } from 'preact'
import type { AnswerOf } from '../../../../server/api/route.ts'
import type { searchRoute } from '../../../../server/api/search.ts'
import { compactNumber, numberText, sizeText } from '../../../text/numbers.ts'
import { Day } from '../../../text/time.tsx'
import { shortened, UserText } from '../../../text/user-text.tsx'

export type SearchAnswer = AnswerOf<typeof searchRoute>
export type Hit = SearchAnswer['hits'][number]

interface HitColumn {
  key: string
  label: string
  cell(hit: Hit): ComponentChildren
  isNumber?: boolean
}

/** Columns of the table of hits beside kind and name. */
export const HIT_COLUMNS: readonly HitColumn[] = [
  { key: 'task', label: 'Task', cell: ({ task }) => texts(task) },
  { key: 'library', label: 'Library', cell: ({ library }) => texts(library) },
  { key: 'license', label: 'License', cell: ({ license }) => texts(license) },
  { key: 'language', label: 'Languages', cell: ({ language }) => texts(language) },
  {
    key: 'parameters',
    label: 'Parameters',
    cell: ({ parameters }) => (parameters === null ? '' : compactNumber(parameters)),
    isNumber: true,
  },
  { key: 'size', label: 'Rows', cell: ({ sizeCategory }) => texts(sizeCategory.map(sizeText)) },
  { key: 'modality', label: 'Modality', cell: ({ modality }) => texts(modality) },
  { key: 'format', label: 'Format', cell: ({ format }) => texts(format) },
  { key: 'sdk', label: 'SDK', cell: ({ sdk }) => texts(sdk === null ? [] : [sdk]) },
  { key: 'gated', label: 'Gated', cell: ({ gated }) => (gated === 'auto' || gated === 'manual' ? gated : '') },
  {
    key: 'downloads',
    label: 'Downloads',
    cell: ({ kind, downloads }) => (kind === 'space' ? '' : numberText(downloads)),
    isNumber: true,
  },
  { key: 'likes', label: 'Likes', cell: ({ likes }) => numberText(likes), isNumber: true },
  { key: 'trending', label: 'Trending', cell: ({ trendingScore }) => numberText(trendingScore), isNumber: true },
  { key: 'created', label: 'Created', cell: ({ createdAt }) => <Day at={createdAt} />, isNumber: true },
  { key: 'modified', label: 'Changed', cell: ({ lastModified }) => <Day at={lastModified} />, isNumber: true },
]

export const DEFAULT_COLUMNS: readonly string[] = ['task', 'license', 'parameters', 'downloads', 'likes', 'modified']

export function isHitColumn(key: string): boolean {
  return HIT_COLUMNS.some((column) => column.key === key)
}

const MOST_VALUES = 2

function texts(values: readonly string[]): ComponentChildren {
  if (values.length === 0) return ''
  const shown = values.slice(0, MOST_VALUES).map((value) => shortened(value, 40))
  return (
    <span class="hit-values" title={shortened(values.join(', '), 500)}>
      <UserText>{shown.join(', ')}</UserText>
      {values.length > MOST_VALUES && ` +${values.length - MOST_VALUES}`}
    </span>
  )
}

import type { ComponentChildren } from 'preact'
import { formatBytes } from '../../../output/format.ts'
import type { compareRoute } from '../../../server/api/compare.ts'
import type { AnswerOf } from '../../../server/api/route.ts'
import { KindLabel } from '../../components/kind-label.tsx'
import { Link } from '../../navigation/link.tsx'
import { repoPath } from '../../navigation/paths.ts'
import { numberText, sizeText } from '../../text/numbers.ts'
import { Day } from '../../text/time.tsx'
import { shortened, UserText } from '../../text/user-text.tsx'

type CompareAnswer = AnswerOf<typeof compareRoute>
type Repo = CompareAnswer['repos'][number]

interface Row {
  /** Names of fields of the API; the row differs if any of them does. */
  fields: readonly string[]
  label: string
  cell(repo: Repo): ComponentChildren
  has(repo: Repo): boolean
}

/** The fields of the repos, one per row. */
export function ComparedTable({ answer: { repos, differences } }: { answer: CompareAnswer }) {
  const rows = ROWS.filter(({ has }) => repos.some(has))
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: only what has the focus scrolls by keyboard
    // biome-ignore lint/a11y/useSemanticElements: a section would need a heading
    <div class="table-scroll" role="region" aria-label="Comparison" tabIndex={0}>
      <table class="table compare-table" style={{ '--repos': repos.length }}>
        <thead>
          <tr>
            <td />
            {repos.map((repo) => (
              <th key={repo.hubId} scope="col">
                <KindLabel kind={repo.kind} />
                <Link to={repoPath(repo)} class="compare-name">
                  <UserText>{shortened(repo.id, 120)}</UserText>
                </Link>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const isDifferent = row.fields.some((field) => differences.includes(field))
            return (
              <tr key={row.label} class={isDifferent ? 'is-different' : undefined}>
                <th scope="row">
                  {row.label}
                  {isDifferent && <span class="only-read"> (differs)</span>}
                </th>
                {repos.map((repo) => (
                  <td key={repo.hubId}>{row.has(repo) ? row.cell(repo) : <span class="soft">–</span>}</td>
                ))}
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}

const ROWS: readonly Row[] = [
  text('License', 'license', ({ license }) => license),
  {
    ...texts('Task', 'pipelineTag', ({ pipelineTag, taskCategories }) => (pipelineTag ? [pipelineTag] : taskCategories)),
    fields: ['pipelineTag', 'taskCategories'],
  },
  text('Library', 'libraryName', ({ libraryName }) => libraryName),
  number('Parameters', 'parameters', ({ parameters }) => parameters),
  { ...text('Rows', 'rowCount', rowsText), fields: ['rowCount', 'sizeCategory'] },
  { ...number('Size', 'bytes', ({ bytes }) => bytes), cell: ({ bytes }) => formatBytes(bytes ?? 0) },
  texts('Formats', 'formats', ({ formats }) => formats),
  texts('Modalities', 'modalities', ({ modalities }) => modalities),
  texts('Languages', 'languages', ({ languages }) => languages),
  text('SDK', 'sdk', ({ sdk }) => sdk),
  number('Downloads in 30 days', 'downloads', ({ downloads }) => downloads),
  number('All-time downloads', 'downloadsAllTime', ({ downloadsAllTime }) => downloadsAllTime),
  number('Likes', 'likes', ({ likes }) => likes),
  number('Trending score', 'trendingScore', ({ trendingScore }) => trendingScore),
  text('Gated', 'gated', ({ gated }) => (gated === 'false' ? 'no' : gated)),
  texts('Base models', 'baseModels', ({ baseModels }) => baseModels),
  date('Created', 'createdAt', ({ createdAt }) => createdAt),
  date('Changed', 'lastModified', ({ lastModified }) => lastModified),
  date('Removed', 'removedAt', ({ removedAt }) => removedAt),
  texts('Tags', 'tags', ({ tags }) => tags),
]

function rowsText({ rowCount, sizeCategory }: Repo): string | undefined {
  if (rowCount !== undefined) return numberText(rowCount)
  return sizeCategory === undefined ? undefined : sizeText(sizeCategory)
}

function text(label: string, field: string, of: (repo: Repo) => string | undefined): Row {
  return {
    label,
    fields: [field],
    has: (repo) => of(repo) !== undefined,
    cell: (repo) => <UserText>{shortened(of(repo) ?? '', 100)}</UserText>,
  }
}

function number(label: string, field: string, of: (repo: Repo) => number | undefined): Row {
  return {
    label,
    fields: [field],
    has: (repo) => of(repo) !== undefined,
    cell: (repo) => <span class="compare-number">{numberText(of(repo))}</span>,
  }
}

function date(label: string, field: string, of: (repo: Repo) => string | undefined): Row {
  return { label, fields: [field], has: (repo) => of(repo) !== undefined, cell: (repo) => <Day at={of(repo)} /> }
}

const MOST_VALUES = 12

function texts(label: string, field: string, of: (repo: Repo) => readonly string[] | undefined): Row {
  return {
    label,
    fields: [field],
    has: (repo) => (of(repo) ?? []).length > 0,
    cell: (repo) => {
      const values = of(repo) ?? []
      return (
        <>
          <UserText>
            {values
              .slice(0, MOST_VALUES)
              .map((value) => shortened(value, 60))
              .join(', ')}
          </UserText>
          {values.length > MOST_VALUES && <span class="soft"> and {values.length - MOST_VALUES} more</span>}
        </>
      )
    },
  }
}

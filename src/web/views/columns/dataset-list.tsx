import { counted } from '../../../output/format.ts'
import type { columnsRoute } from '../../../server/api/columns.ts'
import type { AnswerOf } from '../../../server/api/route.ts'
import { useDebounced } from '../../api/use-debounced.ts'
import { usePages } from '../../api/use-pages.ts'
import { DataTable } from '../../components/data-table.tsx'
import { ErrorMessage, Loading, Message } from '../../components/message.tsx'
import { MoreButton } from '../../components/more-button.tsx'
import { Link } from '../../navigation/link.tsx'
import { repoPath, withQuery } from '../../navigation/paths.ts'
import { numberText } from '../../text/numbers.ts'
import { shortened, UserText } from '../../text/user-text.tsx'
import { columnParameters, type WantedColumn } from './wanted-columns.ts'

type ColumnsAnswer = AnswerOf<typeof columnsRoute>
type Dataset = ColumnsAnswer['datasets'][number]

const PAGE_SIZE = 50

/** The datasets that have the columns, most downloaded first. */
export function DatasetList({ columns }: { columns: readonly WantedColumn[] }) {
  const wanted = useDebounced(columns, 200, JSON.stringify(columns))
  const pages = usePages<ColumnsAnswer>((cursor) =>
    withQuery('/api/v1/columns', { ...columnParameters(wanted), limit: PAGE_SIZE, cursor }),
  )
  const { data, error, isLoading, reload } = pages.first
  if (error !== undefined) return <ErrorMessage error={error} retry={reload} />
  if (data === undefined) return <Loading what="datasets" />
  if (data.total === 0) {
    return (
      <Message title="No dataset has these columns">
        <p>
          Only datasets whose Parquet files were read are listed here. <Link to="/status">Status</Link> shows how many those
          are.
        </p>
      </Message>
    )
  }
  return (
    <div class={isLoading ? 'stack is-stale' : 'stack'}>
      <p role="status">
        <strong>{counted(data.total, 'dataset')}</strong>
      </p>
      <DataTable
        label="Datasets"
        rows={pages.all.flatMap(({ datasets }) => datasets)}
        keyOf={({ hubId }) => hubId}
        columns={[
          {
            key: 'id',
            label: 'Dataset',
            cell: ({ id }) => (
              <Link to={repoPath({ kind: 'dataset', id })} class="dataset-name">
                <UserText>{shortened(id, 100)}</UserText>
              </Link>
            ),
          },
          { key: 'columns', label: 'Columns', cell: (dataset) => <Columns dataset={dataset} /> },
          {
            key: 'split',
            label: 'Config / split',
            cell: ({ config, split }) => (
              <UserText>
                {shortened(config, 40)} / {shortened(split, 40)}
              </UserText>
            ),
          },
          { key: 'license', label: 'License', cell: ({ license }) => <UserText>{shortened(license ?? '–', 30)}</UserText> },
          { key: 'rows', label: 'Rows', isNumber: true, cell: ({ rows }) => numberText(rows) },
          { key: 'downloads', label: 'Downloads', isNumber: true, cell: ({ downloads }) => numberText(downloads) },
          { key: 'likes', label: 'Likes', isNumber: true, cell: ({ likes }) => numberText(likes) },
        ]}
      />
      <MoreButton pages={pages} label={`Show ${PAGE_SIZE} more`} />
    </div>
  )
}

function Columns({ dataset: { columns } }: { dataset: Dataset }) {
  return (
    <ul class="dataset-columns">
      {columns.map(({ path, logicalType, physicalType, nesting }) => (
        <li key={path}>
          <UserText isMono>{shortened(path, 60)}</UserText>{' '}
          <span class="soft">
            {shortened(logicalType ?? physicalType, 30)}
            {nesting !== null && `, ${nesting}`}
          </span>
        </li>
      ))}
    </ul>
  )
}

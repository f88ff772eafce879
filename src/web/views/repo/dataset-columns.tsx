import { useState } from 'preact/hooks'
import { counted, formatBytes } from '../../../output/format.ts'
import type { repoColumnsRoute } from '../../../server/api/repos.ts'
import type { AnswerOf } from '../../../server/api/route.ts'
import { useResource } from '../../api/use-resource.ts'
import { DataTable } from '../../components/data-table.tsx'
import { Pending } from '../../components/pending.tsx'
import { Link } from '../../navigation/link.tsx'
import { withQuery } from '../../navigation/paths.ts'
import { numberText } from '../../text/numbers.ts'
import { shortened, UserText } from '../../text/user-text.tsx'
import { apiPath, type Repo } from './repo.ts'

type Columns = AnswerOf<typeof repoColumnsRoute>
type Split = Columns['splits'][number]

/** Configs, splits and rows of a dataset, and the columns of the chosen split with their types. */
export function DatasetColumns({ repo }: { repo: Repo }) {
  const columns = useResource<Columns>(repo.parquet === null ? undefined : `${apiPath(repo)}/columns`)
  const stage = repo.stages.find((known) => known.stage === 'parquet')
  return (
    <section class="card" aria-labelledby="data">
      <h2 id="data">Data</h2>
      {repo.parquet === null ? (
        <p class="soft">
          {stage?.outcome === 'absent' ? (
            <>
              The Hub has no Parquet files of this dataset
              {stage.reason !== null && (
                <>
                  : <UserText>{stage.reason}</UserText>
                </>
              )}
              .
            </>
          ) : (
            'Its Parquet files have not been read yet.'
          )}
        </p>
      ) : columns.data === undefined ? (
        <Pending resource={columns} what="columns" />
      ) : (
        <Splits columns={columns.data} />
      )}
    </section>
  )
}

function Splits({ columns: { splits, schemas } }: { columns: Columns }) {
  const [chosen, setChosen] = useState(0)
  const split = splits[chosen]
  const schema = split?.schema === null || split === undefined ? undefined : schemas[split.schema]
  return (
    <div class="stack">
      <label class="labeled split-choice">
        Split
        <select class="field" value={chosen} onChange={(event) => setChosen(Number(event.currentTarget.value))}>
          {splits.map(({ config, split: name, rows }, index) => (
            <option key={`${config} ${name}`} value={index}>
              {`${shortened(config, 60)} / ${shortened(name, 60)}${rows === null ? '' : ` (${counted(rows, 'row')})`}`}
            </option>
          ))}
        </select>
      </label>
      {split !== undefined && <SplitFacts split={split} />}
      {schema === undefined || split === undefined ? (
        <p class="soft">The columns of this split are not known.</p>
      ) : (
        <DataTable
          label="Columns"
          rows={schema.columns}
          keyOf={(_, index) => index}
          columns={[
            {
              key: 'path',
              label: 'Column',
              value: ({ path }) => path,
              cell: ({ path }) => (
                <Link to={withQuery('/columns', { name: path })} title="Datasets with this column">
                  <UserText isMono>{shortened(path, 120)}</UserText>
                </Link>
              ),
            },
            {
              key: 'type',
              label: 'Type',
              value: typeText,
              cell: (column) => <UserText>{shortened(typeText(column), 80)}</UserText>,
            },
            { key: 'nesting', label: 'Nesting', value: ({ nesting }) => nesting, cell: ({ nesting }) => nesting ?? '' },
            {
              key: 'nullable',
              label: 'May be missing',
              value: ({ isNullable }) => String(isNullable),
              cell: ({ isNullable }) => (isNullable ? 'yes' : 'no'),
            },
            {
              key: 'bytes',
              label: 'Compressed size',
              isNumber: true,
              value: (column) => split.columnBytes[schema.columns.indexOf(column)],
              cell: (column) => {
                const bytes = split.columnBytes[schema.columns.indexOf(column)]
                return bytes === undefined ? '–' : formatBytes(bytes)
              },
            },
          ]}
        />
      )}
      {schema !== undefined && schema.columnCount > schema.columns.length && (
        <p class="soft small">
          These are the first {schema.columns.length} of {counted(schema.columnCount, 'column')}.
        </p>
      )}
    </div>
  )
}

function SplitFacts({ split }: { split: Split }) {
  return (
    <p class="soft small">
      {split.isEstimated && 'About '}
      {numberText(split.rows)} rows
      {split.bytes !== null && `, ${formatBytes(split.bytes)}`} in {counted(split.files, 'Parquet file')}
      {split.isEstimated && ', extrapolated from the first ones'}
    </p>
  )
}

/** What the values mean, or how they are stored if that is the same. */
function typeText({ logicalType, physicalType }: { logicalType: string | null; physicalType: string }): string {
  return logicalType ?? physicalType
}

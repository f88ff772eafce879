import { Columns3, Download } from 'lucide'
import { Icon } from '../../components/icon.tsx'
import { Message } from '../../components/message.tsx'
import { ViewHead } from '../../components/view-head.tsx'
import { Link } from '../../navigation/link.tsx'
import { addressOf, navigate, pageLocation } from '../../navigation/location.ts'
import { withQuery } from '../../navigation/paths.ts'
import '../../styles/columns.css'
import { ColumnForm } from './column-form.tsx'
import { DatasetList } from './dataset-list.tsx'
import { columnParameters, readWantedColumns, type WantedColumn } from './wanted-columns.ts'

const EXAMPLES = [
  ['question', 'answer', 'context'],
  ['instruction', 'output'],
  ['image', 'label'],
  ['prompt', 'chosen', 'rejected'],
]

/** Datasets by the columns that they have. */
export function ColumnsView() {
  const columns = readWantedColumns(pageLocation.value.query)
  const change = (next: readonly WantedColumn[]) =>
    navigate(withQuery('/columns', columnParameters(next)), { topic: 'columns' })
  const isAsked = columns.length > 0
  return (
    <>
      <ViewHead
        title="Columns"
        about="Datasets that have all of these columns in one split. Nested ones are dotted, as in answers.text."
      >
        {isAsked && (
          <a
            class="button"
            href={addressOf(withQuery('/api/v1/columns', { ...columnParameters(columns), limit: 1_000, format: 'csv' }))}
            download="datasets.csv"
          >
            <Icon icon={Download} />
            CSV
          </a>
        )}
      </ViewHead>
      <ColumnForm columns={columns} change={change} />
      {isAsked ? (
        <DatasetList columns={columns} />
      ) : (
        <Message title="Which columns do you need?" icon={<Icon icon={Columns3} size={28} />} isInline>
          <p>For example:</p>
          <ul class="chips">
            {EXAMPLES.map((names) => (
              <li key={names.join()}>
                <Link class="chip mono" to={withQuery('/columns', { name: names })}>
                  {names.join(', ')}
                </Link>
              </li>
            ))}
          </ul>
        </Message>
      )}
    </>
  )
}

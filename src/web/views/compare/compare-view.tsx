import { GitCompare } from 'lucide'
import { useEffect } from 'preact/hooks'
import type { compareRoute } from '../../../server/api/compare.ts'
import type { AnswerOf } from '../../../server/api/route.ts'
import { useResource } from '../../api/use-resource.ts'
import { Icon } from '../../components/icon.tsx'
import { Message } from '../../components/message.tsx'
import { Pending } from '../../components/pending.tsx'
import { ViewHead } from '../../components/view-head.tsx'
import { navigate, pageLocation } from '../../navigation/location.ts'
import { withQuery } from '../../navigation/paths.ts'
import { compared, MAX_COMPARED } from '../../state/compared.ts'
import '../../styles/compare.css'
import { ComparedHistories } from './compared-histories.tsx'
import { comparedId, isComparedName } from './compared-names.ts'
import { ComparedTable } from './compared-table.tsx'
import { RepoPicker } from './repo-picker.tsx'

/** Two to six repos side by side. */
export function CompareView() {
  const names = [...new Set(pageLocation.value.query.getAll('repo'))].filter(isComparedName).slice(0, MAX_COMPARED)
  const written = names.join('\n')
  useEffect(() => {
    if (names.length > 0) compared.value = names
  }, [written])
  const set = (next: readonly string[]) => {
    compared.value = next
    navigate(withQuery('/compare', { repo: next }))
  }
  return (
    <>
      <ViewHead title="Compare" about="Two to six repos side by side. Rows whose values differ are marked.">
        {names.length > 0 && (
          <button type="button" class="button" onClick={() => set([])}>
            Clear
          </button>
        )}
      </ViewHead>
      <RepoPicker names={names} set={set} />
      {names.length < 2 ? (
        <Message
          title={names.length === 0 ? 'Choose repos to compare' : 'Choose another repo'}
          icon={<Icon icon={GitCompare} size={28} />}
        >
          <p>Add them by name above, or with “Compare” in the search and on the page of a repo.</p>
        </Message>
      ) : (
        <Comparison key={written} names={names} />
      )}
    </>
  )
}

function Comparison({ names }: { names: readonly string[] }) {
  const answer = useResource<AnswerOf<typeof compareRoute>>(withQuery('/api/v1/compare', { id: names.map(comparedId) }))
  if (answer.data === undefined) return <Pending resource={answer} what="comparison" rows={5} />
  return (
    <div class="stack">
      <ComparedTable answer={answer.data} />
      <ComparedHistories repos={answer.data.repos} />
    </div>
  )
}

import { Notice } from '../../components/notice.tsx'
import { Link } from '../../navigation/link.tsx'
import { shortened, UserText } from '../../text/user-text.tsx'
import type { SearchAnswer } from './hits/hit-columns.tsx'
import { FIELD_NAMES } from './search-requests.ts'
import { type SearchState, searchPath, withFilter } from './search-state.ts'

interface ResultNotesProps {
  answer: SearchAnswer
  state: SearchState
  change(state: SearchState): void
}

/** What the reader has to know about these hits: words that were left out, filter values that no repo has. */
export function ResultNotes({ answer, state, change }: ResultNotesProps) {
  return (
    <>
      {answer.isRelaxed && answer.total > 0 && (
        <Notice>
          No repo has all of these words; these have most of them.
          {typeof answer.didYouMean === 'string' && (
            <>
              {' '}
              Did you mean{' '}
              <Link to={searchPath({ ...state, words: answer.didYouMean })}>
                <UserText>{answer.didYouMean}</UserText>
              </Link>
              ?
            </>
          )}
        </Notice>
      )}
      {(answer.unknownValues ?? []).map(({ field, value, meant }) => (
        <Notice key={`${field}=${value}`} tone="warn">
          No repo has the {FIELD_NAMES[field].toLowerCase()} “<UserText>{shortened(value, 100)}</UserText>”.
          {meant !== null && (
            <>
              {' '}
              <button type="button" class="text-button" onClick={() => change(replaced(state, field, value, meant))}>
                Use <UserText>{meant}</UserText> instead
              </button>
            </>
          )}
        </Notice>
      ))}
    </>
  )
}

function replaced(
  state: SearchState,
  field: NonNullable<SearchAnswer['unknownValues']>[number]['field'],
  value: string,
  meant: string,
): SearchState {
  return withFilter(
    state,
    field,
    (state.filters.get(field) ?? []).map((other) => (other === value ? meant : other)),
  )
}

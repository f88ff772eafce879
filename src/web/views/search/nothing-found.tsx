import { Message } from '../../components/message.tsx'
import { Link } from '../../navigation/link.tsx'
import { nounOf } from '../../text/kind-names.ts'
import { UserText } from '../../text/user-text.tsx'
import type { SearchAnswer } from './hits/hit-columns.tsx'
import { hasFilters, type SearchState, searchPath, withoutFilters } from './search-state.ts'

/** No repo matches: why, and what may help. */
export function NothingFound({ state, answer }: { state: SearchState; answer: SearchAnswer }) {
  const isUnrestricted = state.words.trim() === '' && !hasFilters(state)
  if (isUnrestricted && state.kind === undefined) {
    return (
      <Message title="The catalog is empty">
        <p>
          Repos appear here as soon as a crawl has read the first page of a list. <Link to="/status">Status</Link> shows how far
          it is. If none is running, start one with <code>hubdex crawl</code>.
        </p>
      </Message>
    )
  }
  if (isUnrestricted && state.kind !== undefined) {
    return (
      <Message title={`The catalog has no ${nounOf(state.kind)}s`}>
        <p>
          They appear here as soon as a crawl has found one. <Link to="/status">Status</Link> shows which lists were read.
        </p>
      </Message>
    )
  }
  return (
    <Message title="No repo matches">
      {answer.didYouMean ? (
        <p>
          Did you mean{' '}
          <Link to={searchPath({ ...state, words: answer.didYouMean })}>
            <UserText>{answer.didYouMean}</UserText>
          </Link>
          ?
        </p>
      ) : (
        <p>Use fewer or other words{hasFilters(state) ? ', or remove a filter' : ''}.</p>
      )}
      <div class="buttons">
        {hasFilters(state) && (
          <Link to={searchPath(withoutFilters(state))} class="button">
            Remove all filters
          </Link>
        )}
        {state.kind !== undefined && (
          <Link to={searchPath({ ...state, kind: undefined })} class="button">
            Search all kinds
          </Link>
        )}
        {state.words.trim() !== '' && (
          <Link to={searchPath({ ...state, words: '' })} class="button">
            Clear the words
          </Link>
        )}
      </div>
    </Message>
  )
}

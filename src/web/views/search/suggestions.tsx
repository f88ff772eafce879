import { AtSign, type IconNode, ListChecks, Tag } from 'lucide'
import type { AnswerOf } from '../../../server/api/route.ts'
import type { suggestRoute } from '../../../server/api/suggest.ts'
import { useDebounced } from '../../api/use-debounced.ts'
import { useResource } from '../../api/use-resource.ts'
import { Icon } from '../../components/icon.tsx'
import { KindIcon } from '../../components/kind-label.tsx'
import { withQuery } from '../../navigation/paths.ts'
import { compactNumber } from '../../text/numbers.ts'
import { shortened, UserText } from '../../text/user-text.tsx'

type SuggestAnswer = AnswerOf<typeof suggestRoute>
export type Suggestion = SuggestAnswer['suggestions'][number]

const MAX_PER_TYPE = 4
const ICONS: Readonly<Record<string, IconNode>> = { author: AtSign, tag: Tag, task: ListChecks }

/** Names, owners, tags and tasks that begin with what was typed. None if that fails: the search itself says why. */
export function useSuggestions(words: string): readonly Suggestion[] {
  const prefix = useDebounced(words.trim(), 80)
  const { data } = useResource<SuggestAnswer>(
    prefix === '' ? undefined : withQuery('/api/v1/suggest', { prefix, limit: MAX_PER_TYPE }),
  )
  return words.trim() === '' ? [] : (data?.suggestions ?? [])
}

interface SuggestionListProps {
  id: string
  suggestions: readonly Suggestion[]
  /** The index of the one that Enter picks. */
  chosen: number
  onPick(suggestion: Suggestion): void
}

/** One line below the field, so that the hits stay visible. */
export function SuggestionList({ id, suggestions, chosen, onPick }: SuggestionListProps) {
  return (
    <div class="suggestions" id={id} role="listbox" aria-label="Suggestions" hidden={suggestions.length === 0}>
      {suggestions.map((suggestion, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the keyboard
        // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus and names the active option
        <div
          key={`${suggestion.type} ${suggestion.type === 'repo' ? suggestion.kind : ''} ${suggestion.value}`}
          id={`${id}-${index}`}
          class={index === chosen ? 'suggestion is-chosen' : 'suggestion'}
          role="option"
          aria-selected={index === chosen}
          ref={index === chosen ? (element) => element?.scrollIntoView({ block: 'nearest', inline: 'nearest' }) : undefined}
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onPick(suggestion)}
        >
          <SuggestionIcon suggestion={suggestion} />
          <span class="only-read">{suggestion.type} </span>
          <UserText>{shortened(suggestion.value, 60)}</UserText>
          {suggestion.type !== 'repo' && <span class="soft number">{compactNumber(suggestion.count)}</span>}
        </div>
      ))}
    </div>
  )
}

function SuggestionIcon({ suggestion }: { suggestion: Suggestion }) {
  if (suggestion.type === 'repo') {
    return <KindIcon kind={suggestion.kind} />
  }
  return <Icon icon={ICONS[suggestion.type] ?? Tag} size={15} />
}

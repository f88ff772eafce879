import { useId, useState } from 'preact/hooks'
import type { AnswerOf } from '../../../server/api/route.ts'
import type { searchRoute } from '../../../server/api/search.ts'
import { useDebounced } from '../../api/use-debounced.ts'
import { useResource } from '../../api/use-resource.ts'
import { KindIcon } from '../../components/kind-label.tsx'
import { RemovableChip } from '../../components/removable-chip.tsx'
import { withQuery } from '../../navigation/paths.ts'
import { compareKey, MAX_COMPARED } from '../../state/compared.ts'
import { compactNumber } from '../../text/numbers.ts'
import { shortened, UserText } from '../../text/user-text.tsx'
import { repoNameOf } from './compared-names.ts'

interface RepoPickerProps {
  names: readonly string[]
  set(names: readonly string[]): void
}

/** The compared repos, and a field that finds others. */
export function RepoPicker({ names, set }: RepoPickerProps) {
  const [text, setText] = useState('')
  const [chosen, setChosen] = useState(0)
  const listId = useId()
  const words = useDebounced(text.trim(), 100)
  const found = useResource<AnswerOf<typeof searchRoute>>(
    words === '' ? undefined : withQuery('/api/v1/search', { q: words, limit: 7 }),
  )
  const hits = text.trim() === '' ? [] : (found.data?.hits ?? []).filter((hit) => !names.includes(compareKey(hit)))
  const add = (name: string) => {
    setText('')
    setChosen(0)
    set([...names, name])
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    const hit = hits[chosen]
    if (step !== 0) {
      event.preventDefault()
      setChosen((now) => Math.max(0, Math.min(hits.length - 1, now + step)))
    } else if (event.key === 'Enter' && hit !== undefined) {
      event.preventDefault()
      add(compareKey(hit))
    } else if (event.key === 'Escape') setText('')
  }
  return (
    <div class="picker">
      {names.length > 0 && (
        <ul class="chips" aria-label="Compared">
          {names.map((name) => (
            <PickedChip key={name} name={name} remove={() => set(names.filter((other) => other !== name))} />
          ))}
        </ul>
      )}
      {names.length < MAX_COMPARED && (
        <div class="picker-field">
          <input
            class="field"
            type="text"
            role="combobox"
            aria-label="Add a repo"
            aria-expanded={hits.length > 0}
            aria-controls={listId}
            aria-autocomplete="list"
            aria-activedescendant={hits.length > 0 ? `${listId}-${chosen}` : undefined}
            placeholder="Add a repo"
            autocomplete="off"
            value={text}
            onInput={(event) => {
              setText(event.currentTarget.value)
              setChosen(0)
            }}
            onKeyDown={onKeyDown}
          />
          <div id={listId} role="listbox" aria-label="Repos" class="picker-list" hidden={hits.length === 0}>
            {hits.map((hit, index) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the keyboard
              // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus and names the active option
              <div
                key={hit.hubId}
                id={`${listId}-${index}`}
                role="option"
                aria-selected={index === chosen}
                class={index === chosen ? 'picker-option is-chosen' : 'picker-option'}
                onPointerDown={(event) => event.preventDefault()}
                onClick={() => add(compareKey(hit))}
              >
                <KindIcon kind={hit.kind} />
                <span class="one-line">
                  <UserText>{shortened(hit.id, 100)}</UserText>
                </span>
                <span class="soft number">{compactNumber(hit.downloads)}</span>
              </div>
            ))}
          </div>
        </div>
      )}
    </div>
  )
}

function PickedChip({ name, remove }: { name: string; remove(): void }) {
  const repo = repoNameOf(name)
  if (repo === undefined) return null
  return (
    <RemovableChip label={`Remove ${repo.id}`} remove={remove} icon={<KindIcon kind={repo.kind} />}>
      <UserText>{shortened(repo.id, 80)}</UserText>
    </RemovableChip>
  )
}

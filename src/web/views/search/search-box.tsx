import { Search, X } from 'lucide'
import { useEffect, useRef, useState } from 'preact/hooks'
import { Icon } from '../../components/icon.tsx'
import { type Suggestion, SuggestionList, useSuggestions } from './suggestions.tsx'

interface SearchBoxProps {
  words: string
  /** While typing. */
  onType(words: string): void
  /** On Enter. */
  onSubmit(words: string): void
  onPick(suggestion: Suggestion): void
}

const LIST_ID = 'suggestions'

/** The field for words, with suggestions that Up and Down choose. `/` moves the focus to it. */
export function SearchBox({ words, onType, onSubmit, onPick }: SearchBoxProps) {
  const input = useRef<HTMLInputElement>(null)
  const [isActive, setIsActive] = useState(false)
  const [chosen, setChosen] = useState(-1)
  const suggestions = useSuggestions(isActive ? words : '')
  useSlashKey(() => input.current?.select())
  useEffect(() => setChosen(-1), [words])

  const pick = (suggestion: Suggestion) => {
    setIsActive(false)
    onPick(suggestion)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing) return
    const count = suggestions.length
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0 && count > 0) {
      event.preventDefault()
      setChosen((now) => ((now + step + count + 1 + 1) % (count + 1)) - 1)
    } else if (event.key === 'Enter') {
      const suggestion = suggestions[chosen]
      if (suggestion === undefined) onSubmit(words)
      else pick(suggestion)
    } else if (event.key === 'Escape') {
      if (suggestions.length > 0) event.preventDefault()
      setIsActive(false)
    }
  }
  const hasList = suggestions.length > 0
  return (
    <search class="search-box">
      <div class="search-field">
        <Icon icon={Search} size={20} />
        <input
          ref={input}
          type="text"
          aria-label="Search the catalog"
          placeholder="Search models, datasets and Spaces"
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          maxLength={1000}
          value={words}
          role="combobox"
          aria-expanded={hasList}
          aria-controls={LIST_ID}
          aria-autocomplete="list"
          aria-activedescendant={chosen >= 0 ? `${LIST_ID}-${chosen}` : undefined}
          onInput={(event) => {
            setIsActive(true)
            onType(event.currentTarget.value)
          }}
          onKeyDown={onKeyDown}
          onBlur={() => setIsActive(false)}
        />
        {words === '' ? (
          <kbd title="Press / to search">/</kbd>
        ) : (
          <button
            type="button"
            class="button is-plain is-icon is-small"
            aria-label="Clear the words"
            onClick={() => {
              onSubmit('')
              input.current?.focus()
            }}
          >
            <Icon icon={X} size={18} />
          </button>
        )}
      </div>
      <SuggestionList id={LIST_ID} suggestions={suggestions} chosen={chosen} onPick={pick} />
    </search>
  )
}

function useSlashKey(focus: () => void): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const target = event.target instanceof Element ? event.target : null
      const isTyping = target?.closest('input, textarea, select, [contenteditable], dialog') !== null
      if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return
      event.preventDefault()
      focus()
    }
    addEventListener('keydown', onKeyDown)
    return () => removeEventListener('keydown', onKeyDown)
  }, [])
}

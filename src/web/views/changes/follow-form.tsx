import { useState } from 'preact/hooks'
import { RemovableChip } from '../../components/removable-chip.tsx'
import { shortened, UserText } from '../../text/user-text.tsx'
import type { EventFilters } from './event-filters.ts'

/** Adds owners and repos to follow. A text with a slash is a repo. */
export function FollowForm({ filters, change }: { filters: EventFilters; change(filters: EventFilters): void }) {
  const [text, setText] = useState('')
  const add = (event: Event) => {
    event.preventDefault()
    const name = text.trim()
    if (name === '') return
    change(
      name.includes('/')
        ? { ...filters, ids: added(filters.ids, name) }
        : { ...filters, authors: added(filters.authors, name) },
    )
    setText('')
  }
  return (
    <div class="follow">
      <form onSubmit={add} class="follow-form">
        <input
          class="field"
          aria-label="Follow an owner or a repo"
          placeholder="Follow an owner, or owner/name"
          maxLength={300}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <button type="submit" class="button">
          Follow
        </button>
      </form>
      {filters.authors.length + filters.ids.length > 0 && (
        <ul class="chips" aria-label="Followed">
          {filters.authors.map((author) => (
            <FollowedChip
              key={author}
              name={author}
              remove={() => change({ ...filters, authors: filters.authors.filter((other) => other !== author) })}
            />
          ))}
          {filters.ids.map((id) => (
            <FollowedChip
              key={id}
              name={id}
              remove={() => change({ ...filters, ids: filters.ids.filter((other) => other !== id) })}
            />
          ))}
        </ul>
      )}
    </div>
  )
}

function FollowedChip({ name, remove }: { name: string; remove(): void }) {
  return (
    <RemovableChip label={`No longer follow ${name}`} remove={remove}>
      <UserText>{shortened(name, 80)}</UserText>
    </RemovableChip>
  )
}

function added(values: readonly string[], value: string): string[] {
  return [...new Set([...values, value])]
}

import type { ComponentChildren } from 'preact'
import type { repoEventsRoute } from '../../server/api/events.ts'
import type { AnswerOf } from '../../server/api/route.ts'
import { shortened, UserText } from '../text/user-text.tsx'

export type RepoEvent = AnswerOf<typeof repoEventsRoute>['events'][number]

export const EVENT_NAMES: Readonly<Record<RepoEvent['event'], string>> = {
  appeared: 'New repos',
  renamed: 'Renames',
  license: 'License changes',
  gated: 'Gating changes',
  visibility: 'Visibility changes',
  disabled: 'Disabled or enabled',
  task: 'Task changes',
  base_models: 'Base model changes',
  removed: 'Removals',
  restored: 'Restored repos',
}

const CHANGED: Partial<Record<RepoEvent['event'], string>> = {
  license: 'License',
  gated: 'Gating',
  visibility: 'Visibility',
  task: 'Task',
  base_models: 'Base models',
}

interface EventTextProps {
  event: RepoEvent
  /** The current name of the repo, which the sentence need not say. */
  id: string
}

/** An event in a sentence. */
export function EventText({ event: { event, oldValue, newValue }, id }: EventTextProps): ComponentChildren {
  switch (event) {
    case 'appeared':
      return 'Appeared in the catalog'
    case 'restored':
      return 'Available again'
    case 'removed':
      return <>Gone from the Hub{newValue !== null && <> ({newValue})</>}</>
    case 'renamed':
      return (
        <>
          Renamed from <Value text={oldValue} />
          {newValue !== id && (
            <>
              {' '}
              to <Value text={newValue} />
            </>
          )}
        </>
      )
    case 'disabled':
      return newValue === 'true' ? 'Disabled by the Hub' : 'No longer disabled by the Hub'
    default:
      return (
        <>
          {CHANGED[event]} changed from <Value text={oldValue} /> to <Value text={newValue} />
        </>
      )
  }
}

function Value({ text }: { text: string | null }) {
  // Gating is false, auto or manual.
  if (text === null || text === '' || text === 'false') return <span class="soft">none</span>
  return (
    <strong>
      <UserText>{shortened(text, 120)}</UserText>
    </strong>
  )
}

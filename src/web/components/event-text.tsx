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
  disabled: 'Disabled',
  task: 'Task',
  base_models: 'Base models',
}

/** An event in a sentence. */
export function EventText({ event: { event, oldValue, newValue } }: { event: RepoEvent }): ComponentChildren {
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
          Renamed from <Value text={oldValue} /> to <Value text={newValue} />
        </>
      )
    default:
      return (
        <>
          {CHANGED[event]} changed from <Value text={oldValue} /> to <Value text={newValue} />
        </>
      )
  }
}

function Value({ text }: { text: string | null }) {
  if (text === null || text === '') return <span class="soft">none</span>
  return (
    <strong>
      <UserText>{shortened(text, 120)}</UserText>
    </strong>
  )
}

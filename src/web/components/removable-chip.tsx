import { X } from 'lucide'
import type { ComponentChildren } from 'preact'
import { shortened } from '../text/user-text.tsx'
import { Icon } from './icon.tsx'

interface RemovableChipProps {
  /** What the button does, for screen readers. */
  label: string
  remove(): void
  icon?: ComponentChildren
  children: ComponentChildren
}

/** An item of a list of `chips`, with a button that removes it. */
export function RemovableChip({ label, remove, icon, children }: RemovableChipProps) {
  return (
    <li class="chip is-filter">
      {icon}
      <span class="one-line">{children}</span>
      <button type="button" aria-label={shortened(label, 120)} onClick={remove}>
        <Icon icon={X} size={14} />
      </button>
    </li>
  )
}

import { Info, TriangleAlert } from 'lucide'
import type { ComponentChildren } from 'preact'
import { Icon } from './icon.tsx'

/** A remark beside what is shown. */
export function Notice({ tone = 'plain', children }: { tone?: 'plain' | 'warn' | 'bad'; children: ComponentChildren }) {
  const icon = tone === 'plain' ? Info : TriangleAlert
  return (
    <div class={tone === 'plain' ? 'notice' : `notice is-${tone}`}>
      <Icon icon={icon} />
      <div>{children}</div>
    </div>
  )
}

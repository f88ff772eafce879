import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { Link } from '../navigation/link.tsx'
import { showCurrent } from './show-current.ts'

export interface Tab {
  key: string
  label: ComponentChildren
  to: string
  count?: string | undefined
}

/** Links to the parts of a view, of which one is current. */
export function Tabs({ label, tabs, current }: { label: string; tabs: readonly Tab[]; current: string }) {
  const nav = useRef<HTMLElement>(null)
  const isCounted = tabs.some(({ count }) => count !== undefined)
  useEffect(() => showCurrent(nav.current), [current, isCounted])
  return (
    <nav class="tabs" aria-label={label} ref={nav}>
      {tabs.map(({ key, label: text, to, count }) => (
        <Link key={key} to={to} class="tab" aria-current={key === current ? 'page' : undefined}>
          {text}
          {count !== undefined && <span class="count">{count}</span>}
        </Link>
      ))}
    </nav>
  )
}

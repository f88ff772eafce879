import { useEffect, useRef } from 'preact/hooks'
import { catalogKindOf } from '../../hub/kinds.ts'
import { showCurrent } from '../components/show-current.ts'
import { Link } from '../navigation/link.tsx'
import { pageLocation } from '../navigation/location.ts'
import { compared, comparePath } from '../state/compared.ts'
import { ThemeSwitch } from './theme-switch.tsx'

/** The name of the product, the views, and the theme. */
export function TopBar() {
  const [first = 'search'] = pageLocation.value.segments
  const current = catalogKindOf(first) === undefined ? first : 'search'
  const count = compared.value.length
  const nav = useRef<HTMLElement>(null)
  useEffect(() => showCurrent(nav.current), [current])
  const views = [
    { key: 'search', label: 'Search', to: '/search' },
    { key: 'columns', label: 'Columns', to: '/columns' },
    { key: 'compare', label: count === 0 ? 'Compare' : `Compare (${count})`, to: comparePath.value },
    { key: 'changes', label: 'Changes', to: '/changes' },
    { key: 'sql', label: 'SQL', to: '/sql' },
    { key: 'status', label: 'Status', to: '/status' },
  ]
  return (
    <header class="top-bar">
      <div class="top-bar-inner">
        <Link to="/" class="brand">
          <Logo />
          hubdex
        </Link>
        <nav class="views" aria-label="Views" ref={nav}>
          {views.map(({ key, label, to }) => (
            <Link key={key} to={to} aria-current={key === current ? 'page' : undefined}>
              {label}
            </Link>
          ))}
        </nav>
        <ThemeSwitch />
      </div>
    </header>
  )
}

function Logo() {
  return (
    <svg
      width="22"
      height="22"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="2.4"
      stroke-linecap="round"
      aria-hidden="true"
    >
      <path d="M5 4v16M5 12h8M13 12v8" />
      <circle cx="17" cy="6.5" r="3.2" />
    </svg>
  )
}

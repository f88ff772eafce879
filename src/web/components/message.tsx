import { CircleAlert, DatabaseZap, Gauge, type IconNode, SearchX, WifiOff } from 'lucide'
import type { ComponentChildren } from 'preact'
import type { RequestError } from '../api/request-error.ts'
import { UserText } from '../text/user-text.tsx'
import { Icon } from './icon.tsx'

interface MessageProps {
  title: string
  children?: ComponentChildren
  icon?: ComponentChildren
  isInline?: boolean
  /** True if the view has no other heading. */
  isWholeView?: boolean
}

/** Says why there is nothing to show, and what to do. */
export function Message({ title, children, icon, isInline = false, isWholeView = false }: MessageProps) {
  return (
    <div class={isInline ? 'message is-inline' : 'message'}>
      {icon ?? <Icon icon={SearchX} size={28} />}
      {isWholeView ? <h1>{title}</h1> : <h2>{title}</h2>}
      {children}
    </div>
  )
}

const TITLES: Readonly<Record<RequestError['code'], string>> = {
  offline: 'The server cannot be reached',
  refused: 'This request is not valid',
  missing: 'Not found',
  unauthorized: 'Sign-in required',
  'too-many': 'Too many requests',
  unavailable: 'The catalog is unavailable',
  failed: 'The server could not answer',
}

const ICONS: Partial<Record<RequestError['code'], IconNode>> = {
  unavailable: DatabaseZap,
  offline: WifiOff,
  'too-many': Gauge,
}

/** Shows an error of a request, with a button that repeats it. */
export function ErrorMessage({ error, retry, isInline = false }: { error: RequestError; retry(): void; isInline?: boolean }) {
  const icon = ICONS[error.code] ?? CircleAlert
  return (
    <div role="alert">
      <Message title={TITLES[error.code]} icon={<Icon icon={icon} size={28} />} isInline={isInline}>
        <p>
          <UserText>{error.message}</UserText>
        </p>
        {error.isPassing && <p class="soft small">This page tries again every few seconds.</p>}
        {error.code !== 'missing' && error.code !== 'refused' && (
          <div class="buttons">
            <button type="button" class="button" onClick={retry}>
              Try again
            </button>
          </div>
        )}
      </Message>
    </div>
  )
}

/** Takes the place of what is loading. */
export function Loading({ what, rows = 4 }: { what: string; rows?: number }) {
  return (
    <div class="skeleton" role="status">
      <p class="only-read">Loading {what}</p>
      {Array.from({ length: rows }, (_, index) => (
        <span key={index} />
      ))}
    </div>
  )
}

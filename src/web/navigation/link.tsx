import type { ComponentChildren } from 'preact'
import { addressOf, navigate } from './location.ts'

interface LinkProps {
  /** A path of the page, such as `/status`. */
  to: string
  class?: string | undefined
  title?: string | undefined
  'aria-current'?: 'page' | undefined
  children?: ComponentChildren
}

/** A link to another view. Clicks with a modifier open a tab or window, as browsers do. */
export function Link({ to, children, ...attributes }: LinkProps) {
  const onClick = (event: MouseEvent) => {
    if (event.defaultPrevented || event.button !== 0) return
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    navigate(to)
  }
  return (
    <a {...attributes} href={addressOf(to)} onClick={onClick}>
      {children}
    </a>
  )
}

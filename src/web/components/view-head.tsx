import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'

interface ViewHeadProps {
  title: string
  /** For the title of the window, if it says more. */
  windowTitle?: string
  about?: ComponentChildren
  children?: ComponentChildren
}

/** The heading of a view; names the window, too. */
export function ViewHead({ title, windowTitle = title, about, children }: ViewHeadProps) {
  useWindowTitle(windowTitle)
  return (
    <header class="view-head">
      <div>
        <h1>{title}</h1>
        {about !== undefined && <p>{about}</p>}
      </div>
      {children}
    </header>
  )
}

export function useWindowTitle(title: string): void {
  useEffect(() => {
    document.title = title === '' ? 'hubdex' : `${title} · hubdex`
  }, [title])
}

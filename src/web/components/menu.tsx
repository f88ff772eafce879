import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

const MARGIN_PX = 16

interface MenuProps {
  label: ComponentChildren
  /** For a label that is only an icon. */
  name?: string
  className?: string
  children: ComponentChildren
}

/** The panel ends where its button ends, so in a narrow window it may begin beyond the edge. */
function keepWithinWindow({ currentTarget }: { currentTarget: HTMLDetailsElement }): void {
  const panel = currentTarget.querySelector<HTMLElement>('.menu-panel')
  if (panel === null) return
  panel.style.translate = ''
  const { left } = panel.getBoundingClientRect()
  if (left < MARGIN_PX) panel.style.translate = `${MARGIN_PX - left}px`
}

/** A button that opens a panel. Escape, a click elsewhere, or a click on `.menu-item` that is no label closes it. */
export function Menu({ label, name, className = 'button', children }: MenuProps) {
  const element = useRef<HTMLDetailsElement>(null)
  useEffect(() => {
    const closeFromOutside = (event: Event) => {
      if (element.current?.open && !element.current.contains(event.target as Node)) element.current.open = false
    }
    document.addEventListener('pointerdown', closeFromOutside)
    document.addEventListener('focusin', closeFromOutside)
    return () => {
      document.removeEventListener('pointerdown', closeFromOutside)
      document.removeEventListener('focusin', closeFromOutside)
    }
  }, [])
  const close = () => {
    if (element.current) element.current.open = false
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !element.current?.open) return
    event.stopPropagation()
    close()
    element.current.querySelector('summary')?.focus()
  }
  const onClick = (event: MouseEvent) => {
    const item = event.target instanceof Element ? event.target.closest('.menu-item') : null
    if (item !== null && item.tagName !== 'LABEL') close()
  }
  return (
    <details class="menu" ref={element} onKeyDown={onKeyDown} onToggle={keepWithinWindow}>
      <summary class={className} aria-label={name} title={name}>
        {label}
      </summary>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: only notices the clicks of the buttons and links within */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard clicks buttons and links, too */}
      <div class="menu-panel" onClick={onClick}>
        {children}
      </div>
    </details>
  )
}

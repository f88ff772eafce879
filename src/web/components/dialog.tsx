import { X } from 'lucide'
import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import { Icon } from './icon.tsx'

interface DialogProps {
  title: string
  className?: string
  onClose(): void
  children: ComponentChildren
}

/** A modal dialog, open while it is rendered. */
export function Dialog({ title, className, onClose, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null)
  const titleId = useId()
  useEffect(() => {
    const dialog = element.current
    dialog?.showModal()
    return () => dialog?.close()
  }, [])
  const onClick = (event: MouseEvent) => {
    if (event.target === element.current) onClose()
  }
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a dialog by itself
    <dialog ref={element} class={className} aria-labelledby={titleId} onClose={onClose} onClick={onClick}>
      <div class="dialog-head">
        <h2 id={titleId}>{title}</h2>
        <button type="button" class="button is-plain is-icon" aria-label="Close" onClick={onClose}>
          <Icon icon={X} size={18} />
        </button>
      </div>
      {children}
    </dialog>
  )
}

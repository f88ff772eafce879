import { Check, Copy } from 'lucide'
import { useState } from 'preact/hooks'
import { Icon } from './icon.tsx'

/** Copies a text. Where the browser does not allow it, as without HTTPS, the text is selected to copy by hand. */
export function CopyButton({ text, label = 'Copy', isSmall = true }: { text: string; label?: string; isSmall?: boolean }) {
  const [outcome, setOutcome] = useState<'copied' | 'refused' | undefined>()
  const copy = async (event: MouseEvent) => {
    const button = event.currentTarget as HTMLElement
    try {
      await navigator.clipboard.writeText(text)
      setOutcome('copied')
    } catch {
      const block = button.closest('.copyable')?.querySelector('.code-block')
      if (block) getSelection()?.selectAllChildren(block)
      setOutcome('refused')
    }
    setTimeout(() => setOutcome(undefined), 2_000)
  }
  const shown = outcome === 'copied' ? 'Copied' : outcome === 'refused' ? 'Press Ctrl+C' : label
  return (
    <button type="button" class={isSmall ? 'button is-small' : 'button'} onClick={copy}>
      {outcome === 'copied' ? <Icon icon={Check} size={14} /> : <Icon icon={Copy} size={14} />}
      <span aria-live="polite">{shown}</span>
    </button>
  )
}

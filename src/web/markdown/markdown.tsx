import { useEffect, useRef, useState } from 'preact/hooks'

/** Markdown of a user of the Hub, shown as harmless elements. */
export function Markdown({ text, hubUrl }: { text: string; hubUrl: string }) {
  const element = useRef<HTMLDivElement>(null)
  const [outcome, setOutcome] = useState<'whole' | 'cut' | 'failed' | undefined>()
  useEffect(() => {
    let isGone = false
    import('./render-markdown.ts').then(
      ({ renderMarkdown }) => {
        if (isGone) return
        const { fragment, isCut } = renderMarkdown(text, { hubUrl })
        element.current?.replaceChildren(fragment)
        setOutcome(isCut ? 'cut' : 'whole')
      },
      () => setOutcome('failed'),
    )
    return () => {
      isGone = true
    }
  }, [text, hubUrl])
  return (
    <>
      <div class="prose user-text" dir="auto" ref={element} />
      {outcome === 'cut' && <p class="soft small">The text goes on; this is its beginning.</p>}
      {outcome === 'failed' && <pre class="code-block user-text">{text}</pre>}
    </>
  )
}

import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { cardRoute } from '../../../server/api/repos.ts'
import type { AnswerOf } from '../../../server/api/route.ts'
import { useResource } from '../../api/use-resource.ts'
import { Pending } from '../../components/pending.tsx'
import { Markdown } from '../../markdown/markdown.tsx'
import { apiPath, type Repo } from './repo.ts'

/** The README of a repo, at first its beginning. */
export function Readme({ repo }: { repo: Repo }) {
  const card = useResource<AnswerOf<typeof cardRoute>>(`${apiPath(repo)}/card`)
  const stage = repo.stages.find((known) => known.stage === 'card')
  const text = card.data?.text ?? null
  return (
    <section class="card" aria-labelledby="readme">
      <h2 id="readme">README</h2>
      {card.data === undefined ? (
        <Pending resource={card} what="README" />
      ) : text === null || text.trim() === '' ? (
        <p class="soft">
          {stage?.outcome === null || stage === undefined
            ? 'The README has not been fetched yet.'
            : 'This repo has no README text.'}
        </p>
      ) : (
        <Folded>
          <Markdown text={text} hubUrl={repo.hubUrl} />
          {card.data.truncated && <p class="soft small">The catalog has the beginning of this file; the Hub has all of it.</p>}
        </Folded>
      )}
    </section>
  )
}

/** Hides all but the beginning of something long until it is asked for. */
function Folded({ children }: { children: preact.ComponentChildren }) {
  const element = useRef<HTMLDivElement>(null)
  const [isLong, setIsLong] = useState(false)
  const [isOpen, setIsOpen] = useState(false)
  useLayoutEffect(() => {
    const target = element.current
    if (target === null) return
    const observer = new ResizeObserver(() => setIsLong(target.scrollHeight > 520))
    for (const child of target.children) observer.observe(child)
    return () => observer.disconnect()
  }, [])
  const isFolded = isLong && !isOpen
  return (
    <>
      <div ref={element} class={isFolded ? 'folded' : undefined} inert={isFolded}>
        {children}
      </div>
      {isLong && (
        <button type="button" class="button is-small fold-button" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
          {isOpen ? 'Show less' : 'Show all'}
        </button>
      )}
    </>
  )
}

import type { Pages } from '../api/use-pages.ts'
import { ErrorMessage } from './message.tsx'

/** The end of a list that has more pages. */
export function MoreButton({ pages, label }: { pages: Pages<{ nextCursor: string | null }>; label: string }) {
  if (pages.error !== undefined) return <ErrorMessage error={pages.error} retry={pages.showMore} isInline />
  if (!pages.hasMore) return null
  return (
    <div class="hits-more">
      <button type="button" class="button" onClick={pages.showMore}>
        {label}
      </button>
    </div>
  )
}

import { useRef, useState } from 'preact/hooks'
import { remember } from './remember.ts'
import { request } from './request.ts'
import { asRequestError, type RequestError } from './request-error.ts'
import { type Resource, useResource } from './use-resource.ts'

interface Page {
  nextCursor: string | null
}

export interface Pages<Answer extends Page> {
  first: Resource<Answer>
  /** All pages that were read so far. */
  all: readonly Answer[]
  hasMore: boolean
  error: RequestError | undefined
  showMore(): void
}

/** Further pages by the path of their first page, so that the back button restores them. */
const furtherPages = new Map<string, readonly unknown[]>()
const MAX_LISTS = 20

/**
 * Reads a list page by page.
 * @param pathOf the path of the page at a cursor, or of the first page
 */
export function usePages<Answer extends Page>(pathOf: (cursor: string | undefined) => string): Pages<Answer> {
  const path = pathOf(undefined)
  const first = useResource<Answer>(path)
  const [, setVersion] = useState(0)
  const [error, setError] = useState<RequestError | undefined>()
  const isBusy = useRef(false)
  const all = first.data === undefined ? [] : [first.data, ...((furtherPages.get(path) ?? []) as readonly Answer[])]
  const cursor = all.at(-1)?.nextCursor ?? null
  const showMore = async () => {
    if (isBusy.current || cursor === null || first.isLoading) return
    isBusy.current = true
    try {
      const page = await request<Answer>(pathOf(cursor))
      remember(furtherPages, path, [...(furtherPages.get(path) ?? []), page], MAX_LISTS)
      setError(undefined)
    } catch (failure) {
      setError(asRequestError(failure))
    } finally {
      isBusy.current = false
      setVersion((version) => version + 1)
    }
  }
  return { first, all, hasMore: cursor !== null, error, showMore }
}

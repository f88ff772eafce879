import { useCallback, useEffect, useState } from 'preact/hooks'
import { request } from './request.ts'
import { RequestError } from './request-error.ts'

export interface Resource<Answer> {
  /** The answer; while another one is loading, the previous one. */
  data: Answer | undefined
  error: RequestError | undefined
  isLoading: boolean
  reload(): void
}

type State<Answer> = Pick<Resource<Answer>, 'data' | 'error' | 'isLoading'>

/** Answers of the last requests, so that the back button shows a view at once and where it was scrolled. */
const recent = new Map<string, unknown>()
const MAX_RECENT = 60

/** Errors that pass without the reader: requests are repeated, and what was shown stays. */
const PASSING: readonly RequestError['code'][] = ['offline', 'unavailable']
const RETRY_MS = 5_000

/**
 * Reads a path of the API, again when it changes. The previous request is then aborted.
 * @param path undefined to read nothing
 */
export function useResource<Answer>(path: string | undefined): Resource<Answer> {
  const [round, setRound] = useState(0)
  const [state, setState] = useState<State<Answer> & { path?: string | undefined }>({
    data: path === undefined ? undefined : (recent.get(path) as Answer | undefined),
    error: undefined,
    isLoading: path !== undefined,
  })
  const isPassing = state.error !== undefined && PASSING.includes(state.error.code)
  useEffect(() => {
    if (!isPassing) return
    const timer = setTimeout(() => setRound((count) => count + 1), RETRY_MS)
    return () => clearTimeout(timer)
  }, [isPassing, round])
  useEffect(() => {
    if (path === undefined) {
      setState({ data: undefined, error: undefined, isLoading: false })
      return
    }
    const controller = new AbortController()
    const known = recent.get(path) as Answer | undefined
    // While it is tried again by itself, the error stays: it would flicker.
    setState((previous) => ({
      data: known ?? previous.data,
      error: previous.error !== undefined && PASSING.includes(previous.error.code) ? previous.error : undefined,
      isLoading: true,
    }))
    request<Answer>(path, { signal: controller.signal }).then(
      (data) => {
        remember(path, data)
        setState({ data, error: undefined, isLoading: false })
      },
      (error: unknown) => {
        if (controller.signal.aborted) return
        const shown = error instanceof RequestError ? error : new RequestError('failed', String(error))
        setState((previous) => ({
          data: PASSING.includes(shown.code) ? previous.data : undefined,
          error: shown,
          isLoading: false,
        }))
      },
    )
    return () => controller.abort()
  }, [path, round])
  const reload = useCallback(() => setRound((count) => count + 1), [])
  return { ...state, reload }
}

function remember(path: string, answer: unknown): void {
  recent.delete(path)
  recent.set(path, answer)
  const [oldest] = recent.keys()
  if (recent.size > MAX_RECENT && oldest !== undefined) recent.delete(oldest)
}

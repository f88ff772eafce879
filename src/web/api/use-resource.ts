import { useCallback, useEffect, useState } from 'preact/hooks'
import { remember } from './remember.ts'
import { request } from './request.ts'
import { asRequestError, type RequestError } from './request-error.ts'

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
  const isPassing = state.error?.isPassing === true
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
      error: previous.error?.isPassing ? previous.error : undefined,
      isLoading: true,
    }))
    request<Answer>(path, { signal: controller.signal }).then(
      (data) => {
        remember(recent, path, data, MAX_RECENT)
        setState({ data, error: undefined, isLoading: false })
      },
      (failure: unknown) => {
        if (controller.signal.aborted) return
        const error = asRequestError(failure)
        setState((previous) => ({ data: error.isPassing ? previous.data : undefined, error, isLoading: false }))
      },
    )
    return () => controller.abort()
  }, [path, round])
  const reload = useCallback(() => setRound((count) => count + 1), [])
  return { ...state, reload }
}

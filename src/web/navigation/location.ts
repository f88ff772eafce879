import { signal } from '@preact/signals'

/** Where the page is, without the base path of the server. */
export interface PageLocation {
  /** Decoded segments: `['models', 'openai', 'whisper']`. */
  segments: readonly string[]
  query: URLSearchParams
}

interface NavigateOptions {
  /** Replaces the current entry of the history. */
  replace?: boolean
  /** Consecutive navigations of one topic, such as typing, share one entry of the history. */
  topic?: string
}

/** The server sets `<base>` to its base path, which ends with a slash. Without its proxy it is also found at the root. */
const DECLARED_PATH = new URL(document.baseURI).pathname
const BASE_PATH = location.pathname.startsWith(DECLARED_PATH) ? DECLARED_PATH : '/'

export const pageLocation = signal(readLocation())

addEventListener('popstate', () => {
  pageLocation.value = readLocation()
})

/** The address of a path of the page such as `/search?q=bert`. */
export function addressOf(path: string): string {
  return BASE_PATH + path.replace(/^\//, '')
}

/** Shows a path of the page. The view is scrolled to its top unless only the query changes. */
export function navigate(path: string, { replace = false, topic }: NavigateOptions = {}): void {
  const target = new URL(addressOf(path), location.origin)
  if (target.href === location.href) return
  const isSameView = target.pathname === location.pathname
  const isSameTopic = topic !== undefined && isSameView && readTopic() === topic
  if (replace || isSameTopic) history.replaceState({ topic }, '', target)
  else history.pushState({ topic }, '', target)
  pageLocation.value = readLocation()
  if (!isSameView) scrollTo(0, 0)
}

function readTopic(): unknown {
  const state: unknown = history.state
  return typeof state === 'object' && state !== null && 'topic' in state ? state.topic : undefined
}

function readLocation(): PageLocation {
  const path = location.pathname.startsWith(BASE_PATH) ? location.pathname.slice(BASE_PATH.length) : ''
  return {
    segments: path
      .split('/')
      .filter((segment) => segment !== '')
      .map(decoded),
    query: new URLSearchParams(location.search),
  }
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

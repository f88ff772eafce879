import type { ComponentType } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { Message } from './components/message.tsx'
import { useWindowTitle } from './components/view-head.tsx'
import { Link } from './navigation/link.tsx'
import { addressOf, pageLocation } from './navigation/location.ts'
import { isCatalogUnavailable, isOnline } from './state/online.ts'
import { TopBar } from './top-bar/top-bar.tsx'
import { SearchView } from './views/search/search-view.tsx'

/** Loads a view when it is opened. */
type View = () => Promise<ComponentType>

const loadRepoView: View = async () => (await import('./views/repo/repo-view.tsx')).RepoView

const VIEWS: Readonly<Record<string, View>> = {
  models: loadRepoView,
  datasets: loadRepoView,
  spaces: loadRepoView,
  collections: loadRepoView,
  sql: async () => (await import('./views/sql/sql-view.tsx')).SqlView,
  changes: async () => (await import('./views/changes/changes-view.tsx')).ChangesView,
  status: async () => (await import('./views/status/status-view.tsx')).StatusView,
  columns: async () => (await import('./views/columns/columns-view.tsx')).ColumnsView,
  compare: async () => (await import('./views/compare/compare-view.tsx')).CompareView,
}

export function App() {
  const { segments } = pageLocation.value
  const [first = 'search'] = segments
  const main = useRef<HTMLElement>(null)
  // `/` is the search, too: typing there must not lose the focus.
  const path = segments.length === 0 ? 'search' : segments.join('/')
  const isFirst = useRef(true)
  useEffect(() => {
    if (!isFirst.current) main.current?.focus({ preventScroll: true })
    isFirst.current = false
  }, [path])
  return (
    <>
      <button type="button" class="skip-link" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <TopBar />
      {!isOnline.value && (
        <div class="banner" role="status">
          You are offline. What is shown may be old.
        </div>
      )}
      {isOnline.value && isCatalogUnavailable.value && (
        <div class="banner" role="status">
          The database of the catalog is unavailable. What is shown may be old; the page tries again by itself.
        </div>
      )}
      <main class="view" ref={main} tabIndex={-1}>
        {first === 'search' ? <SearchView /> : <LoadedView key={first} load={VIEWS[first]} />}
      </main>
      <footer class="foot">
        <nav aria-label="For programs and operators">
          <a href={addressOf('/api')}>HTTP API</a>
          <a href={addressOf('/health')}>Health</a>
          <a href={addressOf('/metrics')}>Metrics</a>
          <a href={addressOf('/queues/')}>Queues</a>
        </nav>
      </footer>
    </>
  )
}

function LoadedView({ load }: { load: View | undefined }) {
  const [loaded, setLoaded] = useState<{ Component?: ComponentType; error?: unknown }>({})
  useEffect(() => {
    load?.().then(
      (Component) => setLoaded({ Component }),
      (error: unknown) => setLoaded({ error }),
    )
  }, [])
  if (load === undefined) return <NoSuchView />
  if (loaded.error !== undefined) {
    return (
      <Message title="This view could not be loaded">
        <p>The server is unreachable, or it was updated since this page was opened.</p>
        <div class="buttons">
          <button type="button" class="button" onClick={() => location.reload()}>
            Reload the page
          </button>
        </div>
      </Message>
    )
  }
  return loaded.Component === undefined ? null : <loaded.Component />
}

function NoSuchView() {
  useWindowTitle('Not found')
  return (
    <Message title="There is no such page" isWholeView>
      <p>
        Start at the <Link to="/search">search</Link>.
      </p>
    </Message>
  )
}

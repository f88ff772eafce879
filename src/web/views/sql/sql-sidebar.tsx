import type { queriesRoute } from '../../../server/api/queries.ts'
import type { AnswerOf } from '../../../server/api/route.ts'
import { Link } from '../../navigation/link.tsx'
import type { Views } from './views.ts'

interface SqlSidebarProps {
  queries: AnswerOf<typeof queriesRoute>['queries']
  current: string | undefined
  views: Views | undefined
}

/** Queries to start from, and what can be queried. */
export function SqlSidebar({ queries, current, views }: SqlSidebarProps) {
  return (
    <aside class="sql-side" aria-label="Queries and views">
      <details class="facet" open={!isNarrow()}>
        <summary>Queries</summary>
        <ul class="query-list">
          {queries.map(({ name, title }) => (
            <li key={name}>
              <Link to={`/sql/${name}`} aria-current={name === current ? 'page' : undefined}>
                <span class="mono">{name}</span>
                <span class="soft">{title}</span>
              </Link>
            </li>
          ))}
        </ul>
      </details>
      <details class="facet" open={!isNarrow()}>
        <summary>Views</summary>
        <ul class="view-list">
          {(views?.views ?? []).map(({ name, description, columns }) => (
            <li key={name}>
              <details>
                <summary title={description}>
                  <span class="mono">{name}</span>
                </summary>
                <p class="soft small">{description}</p>
                <ul>
                  {columns.map((column) => (
                    <li key={column.name} title={column.description}>
                      <span class="mono">{column.name}</span> <span class="soft small">{column.type}</span>
                    </li>
                  ))}
                </ul>
              </details>
            </li>
          ))}
        </ul>
      </details>
    </aside>
  )
}

/** On a phone the editor comes first. */
function isNarrow(): boolean {
  return matchMedia('(max-width: 60rem)').matches
}

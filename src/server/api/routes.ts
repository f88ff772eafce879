import { columnsRoute } from './columns.ts'
import { compareRoute } from './compare.ts'
import { eventsRoute, repoEventsRoute } from './events.ts'
import { facetRoute } from './facets.ts'
import { failuresRoute, retryFailuresRoute } from './failures.ts'
import { eventsAtomRoute, eventsJsonFeedRoute, searchAtomRoute, searchJsonFeedRoute } from './feeds.ts'
import { historyRoute } from './history.ts'
import { lineageRoute } from './lineage.ts'
import { queriesRoute, queryRoute } from './queries.ts'
import { cardRoute, filesRoute, rawRoute, repoColumnsRoute, repoRoute, similarRoute } from './repos.ts'
import type { ApiRoute } from './route.ts'
import { searchRoute } from './search.ts'
import { sqlRoute, viewsRoute } from './sql.ts'
import { accessRoute, statusRoute, statusStreamRoute } from './status.ts'
import { suggestRoute } from './suggest.ts'

/** Every route, in the order of the documentation. */
export const API_ROUTES: readonly ApiRoute[] = [
  searchRoute,
  facetRoute,
  suggestRoute,
  repoRoute,
  historyRoute,
  repoEventsRoute,
  lineageRoute,
  similarRoute,
  filesRoute,
  repoColumnsRoute,
  cardRoute,
  rawRoute,
  compareRoute,
  columnsRoute,
  eventsRoute,
  sqlRoute,
  viewsRoute,
  queriesRoute,
  queryRoute,
  statusRoute,
  statusStreamRoute,
  failuresRoute,
  retryFailuresRoute,
  accessRoute,
  searchAtomRoute,
  searchJsonFeedRoute,
  eventsAtomRoute,
  eventsJsonFeedRoute,
]

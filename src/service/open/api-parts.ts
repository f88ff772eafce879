import type { Settings } from '../../config/settings.ts'
import type { ApiParts } from '../../server/routes/api/api-routes.ts'
import type { OpenCatalog } from './catalog.ts'

/** What the HTTP API answers from. */
export function apiPartsOf(settings: Settings, { reads, search, embedder }: OpenCatalog): ApiParts {
  return {
    catalog: { ...reads, search, embedder },
    endpoint: settings.endpoint,
    sqlLimits: { timeoutMs: settings.sqlTimeoutMs, maxRows: settings.sqlMaxRows, maxBytes: settings.sqlMaxMb * 1024 * 1024 },
  }
}

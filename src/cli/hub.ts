import type { Settings } from '../config/settings.ts'
import { createBudgets } from '../hub/budgets.ts'
import { createHubClient, type HubClient } from '../hub/client.ts'
import type { HubEvent } from '../hub/hub-events.ts'
import { hubdexVersion } from './version.ts'

/** The client for the configured Hub. */
export function openHub(
  settings: Settings,
  { maxRequests, onEvent }: { maxRequests?: number | undefined; onEvent: (event: HubEvent) => void },
): HubClient {
  return createHubClient({
    endpoint: settings.endpoint,
    token: settings.token,
    userAgent: `hubdex/${hubdexVersion()}`,
    retries: settings.retries,
    maxThrottles: settings.maxThrottles,
    budgets: createBudgets({ maxInFlight: settings.hubConnections, marginMs: settings.budgetMarginMs }),
    connections: settings.hubConnections,
    connectTimeoutMs: settings.connectTimeoutMs,
    headersTimeoutMs: settings.headersTimeoutMs,
    bodyTimeoutMs: settings.bodyTimeoutMs,
    maxResponseBytes: settings.maxResponseMb * 1024 * 1024,
    maxRequests,
    onEvent,
  })
}

import type { Settings } from '../../config/settings.ts'
import { fingerprintOf } from '../../crawl/tasks/lanes.ts'
import { createBudgets } from '../../hub/budget/budgets.ts'
import { createHubClient, type HubClient } from '../../hub/client.ts'
import type { HubEvent } from '../../hub/events.ts'
import { hubdexVersion } from '../../util/version.ts'
import type { ServiceContext } from '../context.ts'
import { networkOf } from './network.ts'

/** A client, and the fingerprint of its token. */
export interface BudgetedHub {
  budget: string
  hub: HubClient
}

/** The client for the configured Hub, with the first token if there are several. */
export function openHub(
  settings: Settings,
  { maxRequests, onEvent }: { maxRequests?: number | undefined; onEvent: (event: HubEvent) => void },
): BudgetedHub {
  const [token] = tokensOf(settings)
  return { budget: fingerprintOf(token), hub: openWith(token, settings, { maxRequests, onEvent }) }
}

/** One client per token. */
export function openHubs(settings: Settings, onEvent: (event: HubEvent, budget: string) => void): BudgetedHub[] {
  return tokensOf(settings).map((token) => {
    const budget = fingerprintOf(token)
    return { budget, hub: openWith(token, settings, { onEvent: (event) => onEvent(event, budget) }) }
  })
}

/** Logs where the Hub's own tools have stored a token, if the settings name none. */
export function nameUnusedToken({ settings, loaded, log }: Pick<ServiceContext, 'settings' | 'loaded' | 'log'>): void {
  const path = loaded.unusedTokenFile
  // A command may have settings of its own, such as another Hub.
  if (path === undefined || settings.endpoint !== loaded.values.endpoint) return
  log(`No token is set, so the Hub grants the smallest quota. To use the token in ${path}, set HF_TOKEN_FILE=${path}`)
}

/** The fingerprints of the tokens. */
export function budgetsOf(settings: Settings): string[] {
  return tokensOf(settings).map(fingerprintOf)
}

/** At least one; undefined stands for requests without a token. */
function tokensOf({ token }: Settings): (string | undefined)[] {
  const tokens = (token ?? '').split(',').filter((part) => part !== '')
  return tokens.length === 0 ? [undefined] : [...new Set(tokens)]
}

function openWith(
  token: string | undefined,
  settings: Settings,
  { maxRequests, onEvent }: { maxRequests?: number | undefined; onEvent: (event: HubEvent) => void },
): HubClient {
  return createHubClient({
    endpoint: settings.endpoint,
    token,
    userAgent: `hubdex/${hubdexVersion()}`,
    retries: settings.retries,
    maxConsecutive429s: settings.maxConsecutive429s,
    budgets: createBudgets({ maxInFlight: settings.hubConnections, marginMs: settings.budgetMarginMs }),
    connections: settings.hubConnections,
    connectTimeoutMs: settings.connectTimeoutMs,
    headersTimeoutMs: settings.headersTimeoutMs,
    bodyTimeoutMs: settings.bodyTimeoutMs,
    exchangeTimeoutMs: settings.exchangeTimeoutMs,
    fileHosts: settings.fileHosts,
    network: networkOf(settings),
    maxResponseBytes: settings.maxResponseMb * 1024 * 1024,
    maxRequests,
    onEvent,
  })
}

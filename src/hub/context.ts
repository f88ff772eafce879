import type { Endpoint } from './endpoint.ts'
import type { HubEvent } from './events.ts'
import type { Requester } from './http/requester.ts'
import type { SupportedFields } from './listing/supported-fields.ts'

/** What every route of a client uses. */
export interface HubContext {
  endpoint: Endpoint
  requester: Pick<Requester, 'request' | 'file' | 'change'>
  supportedFields: SupportedFields
  onEvent(event: HubEvent): void
  /** Records that an address names another server; it is requested from the endpoint instead. */
  readdressed(from: URL): void
}

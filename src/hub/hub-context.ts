import type { Endpoint } from './endpoint.ts'
import type { SupportedFields } from './expand.ts'
import type { HubEvent } from './hub-events.ts'
import type { Requester } from './requester.ts'

/** What every route of a client works with. */
export interface HubContext {
  endpoint: Endpoint
  requester: Pick<Requester, 'request' | 'file' | 'change'>
  supportedFields: SupportedFields
  onEvent(event: HubEvent): void
  /** Takes note of an address that names another server than the endpoint, where it is asked for on the endpoint. */
  readdressed(from: URL): void
}

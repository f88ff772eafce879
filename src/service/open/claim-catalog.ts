import { claimHub, moveHub } from '../../catalog/passes/hub-endpoint.ts'
import type { ServiceContext } from '../context.ts'
import type { OpenCatalog } from './catalog.ts'

/** Binds the catalog to the configured Hub, before anything is fetched. @throws OtherHub if it belongs to another Hub */
export async function claimCatalog(
  { settings: { endpoint, previousEndpoint }, log }: Pick<ServiceContext, 'settings' | 'log'>,
  { db }: OpenCatalog,
): Promise<void> {
  if (previousEndpoint !== undefined && (await moveHub(db, previousEndpoint, endpoint))) {
    log(`The catalog of ${previousEndpoint} continues as the catalog of ${endpoint}.`)
  }
  await claimHub(db, endpoint)
}

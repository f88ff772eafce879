import { claimHub, moveHub } from '../../catalog/passes/hub-endpoint.ts'
import type { ServiceContext } from '../context.ts'
import type { OpenCatalog } from './catalog.ts'

/**
 * Makes the catalog that of the configured Hub, before anything is fetched for it.
 *
 * @throws OtherHub when it is of another
 */
export async function claimCatalog(
  { settings: { endpoint, previousEndpoint }, log }: Pick<ServiceContext, 'settings' | 'log'>,
  { db }: OpenCatalog,
): Promise<void> {
  if (previousEndpoint !== undefined && (await moveHub(db, previousEndpoint, endpoint))) {
    log(`The catalog of ${previousEndpoint} goes on as that of ${endpoint}.`)
  }
  await claimHub(db, endpoint)
}

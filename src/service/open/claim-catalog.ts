import { claimHub, moveHub } from '../../catalog/passes/hub-endpoint.ts'
import type { ServiceContext } from '../context.ts'
import type { OpenCatalog } from './catalog.ts'

/**
 * Makes the catalog that of the configured Hub, before anything is fetched for it.
 *
 * @throws OtherHub when it is of another
 */
export async function claimCatalog(
  { settings: { endpoint, sameHub }, log }: Pick<ServiceContext, 'settings' | 'log'>,
  { db }: OpenCatalog,
): Promise<void> {
  if (sameHub !== undefined && (await moveHub(db, sameHub, endpoint))) {
    log(`The catalog of ${sameHub} goes on as that of ${endpoint}.`)
  }
  await claimHub(db, endpoint)
}

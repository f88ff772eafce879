import { createCatalogCollections } from '../../../src/catalog/mirror/catalog-collections.ts'
import { catalogFiles } from '../../../src/catalog/mirror/catalog-files.ts'
import { createCatalogStore } from '../../../src/catalog/mirror/catalog-store.ts'
import { createApp } from '../../../src/server/create-app.ts'
import { type MirrorOptions, mirrorRoutes } from '../../../src/server/mirror/mirror-routes.ts'
import type { TestCatalog } from '../catalog/catalog.ts'

/** A mirror over a catalog, listening. */
export async function startMirror(catalog: TestCatalog, endpoint: string, options: Partial<MirrorOptions> = {}) {
  const app = createApp({ emit: (event) => console.error(event) })
  app.register(mirrorRoutes, {
    store: createCatalogStore(catalog.db),
    files: catalogFiles,
    collections: createCatalogCollections(catalog.db),
    endpoint,
    ...options,
  })
  const url = await app.listen({ port: 0 })
  return { url, close: () => app.close() }
}

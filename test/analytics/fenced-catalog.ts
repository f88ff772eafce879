import { sql } from 'kysely'
import { type CatalogConnection, openConnection } from '../../src/catalog/connection.ts'
import { migrate } from '../../src/catalog/migrate.ts'
import type { CatalogTargetKind } from '../support/catalog/embedded.ts'

/** A migrated catalog of a few repos over a single connection, so that anything an attack leaves behind is noticed. */
export async function openFencedCatalog(create: CatalogTargetKind['create']): Promise<CatalogConnection> {
  const { target, remove } = await create({ hasSchema: true })
  const connection = await openConnection(target, { maxConnections: 1 })
  await migrate(connection.db)
  await sql.raw(REPOS).execute(connection.db)
  await sql.raw(COLLECTION).execute(connection.db)
  return {
    ...connection,
    close: async () => {
      await connection.close()
      await remove()
    },
  }
}

const REPOS = `
  with listed (hub_id, kind, id, created_at, license, pipeline_tag, parameters, bases, relations, likes, downloads) as (
    values
      ('a1', 'model', 'ann/small', timestamptz '2024-01-10Z', 'mit', 'text-generation', 100, array[]::text[], array[]::text[], 5, 500),
      ('a2', 'model', 'bob/large', '2024-02-03Z', null, 'text-generation', 70000000000, '{ann/small}', '{finetune}', 7, 9000),
      ('a3', 'model', 'cat/tiny', '2024-02-20Z', 'mit', null, null, '{ann/small,bob/large,gone/base}', '{merge,merge,adapter}', 0, 0),
      ('a4', 'dataset', 'ann/words', '2024-02-21Z', 'cc-by-4.0', null, null, '{}', '{}', 3, 40),
      ('a5', 'space', 'cat/demo', '2023-12-31Z', null, null, null, '{}', '{}', 1, null)
  ), kept as (
    insert into catalog.repos
      (hub_id, kind, id, author, created_at, license, pipeline_tag, parameters, base_models, base_relations, tags, content_hash)
    select hub_id, kind, id, split_part(id, '/', 1), created_at, license, pipeline_tag, parameters, bases, relations,
      array[kind, 'common'], md5(id)::uuid
    from listed
  )
  insert into catalog.repo_counters (hub_id, likes, downloads) select hub_id, likes, downloads from listed`

const COLLECTION = `
  with made as (
    insert into catalog.repos (hub_id, kind, id, author, content_hash)
    values ('c1', 'collection', 'ann/list-c1', 'ann', md5('c1')::uuid), ('c2', 'collection', 'bob/list-c2', 'bob', md5('c2')::uuid)
  )
  insert into catalog.collection_items (hub_id, item_id, position, kind, id) values
    ('c1', 'i1', 0, 'model', 'ann/small'), ('c1', 'i2', 1, 'dataset', 'ann/words'), ('c2', 'i3', 0, 'model', 'Ann/small')`

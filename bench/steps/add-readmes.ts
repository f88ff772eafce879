import { createHash } from 'node:crypto'
import { type CatalogTarget, openConnection } from '../../src/catalog/connection.ts'
import { reportStep, stepParameters } from '../support/child.ts'

/** Characters of a README. */
const [SHORTEST, LONGEST] = [10_000, 50_000]
const PORTION = 100

// READMEs of made-up words for the first repos of a catalog, as if they were fetched.
const { target, readmes } = stepParameters<{ target: CatalogTarget; readmes: number }>()
const connection = await openConnection(target)
const startedMs = performance.now()
const { rows } = await connection.pool.query<{ hub_id: string }>(
  `select hub_id from catalog.repos where kind <> 'collection' and removed_at is null order by hub_id limit $1`,
  [readmes],
)
const words = Array.from({ length: 200_000 }, (_, place) => wordOf(place % 7_919 === 0 ? place : place % 9_000)).join(' ')
for (let place = 0; place < rows.length; place += PORTION) {
  const hubIds = rows.slice(place, place + PORTION).map((row) => row.hub_id)
  const texts = hubIds.map((_, index) => readme(place + index))
  await connection.pool.query(
    `insert into catalog.cards (hub_id, text, bytes, truncated)
     select hub_id, text, octet_length(text), false from unnest($1::text[], $2::text[]) as t(hub_id, text)
     on conflict (hub_id) do update set text = excluded.text`,
    [hubIds, texts],
  )
}
await connection.pool.query('vacuum analyze catalog.cards')
reportStep(startedMs, { readmes: rows.length })
await connection.close()

function readme(place: number): string {
  const start = (place * 1_327) % (words.length - LONGEST)
  return words.slice(start, start + SHORTEST + ((place * 7) % (LONGEST - SHORTEST)))
}

function wordOf(place: number): string {
  const hash = createHash('md5').update(String(place)).digest('hex')
  return hash.slice(0, 2 + (hash.charCodeAt(31) % 9))
}

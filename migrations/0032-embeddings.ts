import { type Kysely, sql } from 'kysely'
import { describeTable } from './describe.ts'

/**
 * Vectors of the texts of repos, for semantic search. They are arrays of a built-in type, because the extension pgvector may be
 * absent: an index of it is created where it is present, when the number of dimensions is known.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `create table catalog.embedder (
    only_row boolean primary key default true check (only_row),
    spec text not null,
    model text not null,
    dimensions integer not null,
    adopted_at timestamptz not null default now(),
    scanned_until text,
    error_code text,
    error_text text,
    error_at timestamptz
  )`,
  ...describeTable(
    'catalog.embedder',
    'The embedder of the vectors in catalog.embeddings. No row before the first: semantic search is off by default.',
    {
      only_row: 'True: there is one embedder at a time.',
      spec: 'Everything that the vectors depend on. When it changes, all texts are embedded again.',
      model: 'Name of the model.',
      dimensions: 'Number of dimensions of its vectors.',
      adopted_at: 'Since when this embedder is used.',
      scanned_until: 'All live repos up to this hub id have a row in catalog.embeddings; null once all have one.',
      error_code: 'Why the embedder failed last; null if it has worked since.',
      error_text: 'The same in a sentence.',
      error_at: 'When it failed last.',
    },
  ),
  `create table catalog.embeddings (
    hub_id text primary key,
    text_hash bytea not null,
    vector_hash bytea,
    vector real[],
    claimed_until timestamptz
  )`,
  // Random numbers cannot be compressed.
  'alter table catalog.embeddings alter column vector set storage external',
  'create index embeddings_due on catalog.embeddings (hub_id) where vector_hash is distinct from text_hash',
  ...describeTable(
    'catalog.embeddings',
    'The vector of the text of each repo. Only changed texts are embedded again.',
    {
      hub_id: 'The repo.',
      text_hash: 'SHA-256 of its current text.',
      vector_hash:
        'SHA-256 of the text of the vector; null without one. The repo is due while this differs from text_hash.',
      vector: 'What the embedder returned.',
      claimed_until: 'Until then a process embeds the text; a process that dies loses its claim.',
    },
  ),
]

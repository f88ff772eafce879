import { type Kysely, sql } from 'kysely'

/**
 * The tables of the Postgres search engine. They hold nothing but what can be rebuilt from the catalogue.
 *
 * An inverted index in bitmaps: every document has a dense ordinal, and every term (a value of a facet, or a word in a
 * place) has one row for each block of 8,192 ordinals in which it occurs, with a bit a document. Bits are cut to the bytes
 * that hold a one, so that a rare term costs a few dozen bytes and a common one a kilobyte a block, which is below
 * the size at which Postgres moves values out of their row.
 */
export async function up<Tables>(db: Kysely<Tables>): Promise<void> {
  for (const statement of [...statements, ...comments]) await sql.raw(statement).execute(db)
}

const statements = [
  `create schema search`,
  `create table search.document (
    ordinal integer primary key,
    hub_id text collate "C" not null unique,
    name text collate "C" not null,
    popularity integer not null,
    trending double precision not null,
    downloads bigint not null,
    likes bigint not null,
    created timestamptz,
    modified timestamptz,
    parameters bigint,
    facet_terms integer[] not null,
    word_terms integer[] not null,
    document json not null
  )`,
  `create index document_name on search.document (name)`,
  // One index a sort: the first hits of a broad search are read off its front. Ties need the hub id in it: most repos
  // share their counters with thousands of others.
  ...['popularity', 'trending', 'downloads', 'likes', 'created', 'modified', 'parameters'].map(
    (column) => `create index document_${column} on search.document (${column} desc nulls last, hub_id)`,
  ),
  `create table search.term (
    id integer primary key,
    field text collate "C" not null,
    value text collate "C" not null,
    documents integer not null default 0,
    unique (field, value)
  )`,
  `create index term_documents on search.term (field, documents desc, value) where documents > 0`,
  `create index term_reversed on search.term (field, reverse(value) collate "C") where field like 'word %'`,
  `create table search.posting (
    term_id integer not null,
    block integer not null,
    first integer not null,
    bits bit varying not null,
    primary key (term_id, block)
  ) with (fillfactor = 80)`,
  `create function search.whole_block(bits bit varying, first integer) returns bit varying
    language sql immutable parallel safe
    return overlay(B'0'::bit(8192)::bit varying placing bits from first + 1)`,
]

const comments = [
  `comment on schema search is 'Index of the Postgres search engine: derived from the catalogue, changes without notice.'`,
  ...describeTable('document', 'What can be found: one row a repo.', {
    ordinal: 'Place of the document in all bitmaps.',
    hub_id: "The Hub's _id.",
    name: 'The part of the id after its owner, in lower case: finds what was named in full.',
    popularity: 'Tie-break between equal matches: ln(1 + downloads) + 2 ln(1 + likes), in thousandths.',
    trending: "The Hub's trending score.",
    downloads: 'Downloads of the last 30 days.',
    likes: 'Likes.',
    created: 'When it was created on the Hub.',
    modified: 'When it last changed on the Hub.',
    parameters: 'Number of parameters.',
    facet_terms: 'Ids of its terms that are values of facets.',
    word_terms: 'Ids of its terms that are words.',
    document: 'The document as hits show it, without its counters, nulls and empty lists.',
  }),
  ...describeTable('term', 'Vocabulary: values of facets, and words by the place they stand in.', {
    id: 'Number of the term.',
    field:
      'Name of a facet, a place of words ("word name", "word author", …), or "live" for the term of all documents.',
    value: 'The value, or the word in folded form.',
    documents: 'How many documents have it; kept for facets only.',
  }),
  ...describeTable('posting', 'Which documents have a term: a bitmap for each block of 8,192 ordinals.', {
    term_id: 'Term.',
    block: 'Ordinals from 8192 * block on.',
    first: 'Ordinal within the block that the first bit stands for; a multiple of 8.',
    bits: 'A bit a document, whole bytes, cut at both ends to what was ever set.',
  }),
  `comment on function search.whole_block is 'The bits of a posting filled up with zeros to its whole block of 8,192.'`,
]

function describeTable(table: string, text: string, columns: Record<string, string>): string[] {
  return [
    `comment on table search.${table} is '${quoted(text)}'`,
    ...Object.entries(columns).map(
      ([column, columnText]) => `comment on column search.${table}.${column} is '${quoted(columnText)}'`,
    ),
  ]
}

function quoted(text: string): string {
  return text.replaceAll("'", "''")
}

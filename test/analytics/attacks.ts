/** Queries that try to do more than read the public views, and the outcome required of each. */
export interface Attack {
  does: string
  text: string
  /** The expected SQLSTATE; omitted where Postgres allows the query because it changes nothing. */
  refusal?: RegExp
}

const NOT_A_SELECT = /42P11|0A000/
const DENIED = /42501/
const SYNTAX = /42601/

export const attacks: readonly Attack[] = [
  // Writing.
  { does: 'deletes', text: 'delete from catalog.repos', refusal: DENIED },
  { does: 'deletes and returns', text: 'delete from catalog.repos returning *', refusal: DENIED },
  {
    does: 'deletes in a WITH',
    text: 'with x as (delete from catalog.repos returning *) select * from x',
    refusal: DENIED,
  },
  {
    does: 'updates a view',
    text: "update models set id = 'x' returning 1",
    refusal: /55000/,
  },
  { does: 'truncates', text: 'truncate catalog.repos', refusal: NOT_A_SELECT },
  { does: 'creates a table', text: 'create table public.loot as select * from models', refusal: NOT_A_SELECT },
  { does: 'creates a temporary table', text: 'create temp table loot (a int)', refusal: NOT_A_SELECT },
  { does: 'selects into a table', text: 'select * into loot from models', refusal: NOT_A_SELECT },
  {
    does: 'creates a function',
    text: "create function f() returns int language sql as 'select 1'",
    refusal: NOT_A_SELECT,
  },
  { does: 'runs a block', text: 'do $x$ begin delete from catalog.repos; end $x$', refusal: NOT_A_SELECT },
  { does: 'grants itself rights', text: 'grant all on catalog.repos to hubdex_reader', refusal: NOT_A_SELECT },
  { does: 'drops the view it reads', text: 'drop view models', refusal: NOT_A_SELECT },
  { does: 'locks rows', text: 'select * from models for update', refusal: DENIED },
  { does: 'locks a table', text: 'lock table catalog.repos', refusal: NOT_A_SELECT },
  { does: 'makes a large object', text: "select lo_from_bytea(0, 'loot')", refusal: DENIED },
  { does: 'makes an empty large object', text: 'select lo_create(4711)', refusal: DENIED },
  { does: 'makes a large object of any number', text: 'select lo_creat(-1)', refusal: DENIED },
  {
    does: 'makes a large object in a query of a query',
    text: `select query_to_xml('select pg_catalog.lo_cr' || 'eate(4711)', true, true, '')`,
    refusal: DENIED,
  },
  { does: 'opens a large object', text: 'select lo_open(4711, 131072)', refusal: DENIED },
  { does: 'deletes a large object', text: 'select lo_unlink(4711)', refusal: DENIED },
  { does: 'logs a message', text: `select pg_logical_emit_message(false, 'a', 'b')`, refusal: DENIED },
  { does: 'logs bytes', text: String.raw`select pg_logical_emit_message(true, 'a', '\x00'::bytea)`, refusal: DENIED },
  { does: 'notifies', text: "select pg_notify('channel', 'text')" },
  { does: 'listens', text: 'listen channel', refusal: NOT_A_SELECT },
  { does: 'moves a sequence', text: "select nextval('catalog.search_outbox_seq_seq')", refusal: DENIED },
  { does: 'writes a comment', text: "comment on view models is 'mine'", refusal: NOT_A_SELECT },
  { does: 'runs a prepared statement', text: 'execute something', refusal: NOT_A_SELECT },
  {
    does: 'explains with execution',
    text: 'explain analyze delete from catalog.repos',
    refusal: DENIED,
  },

  // Several statements, and texts that try to break out of a context.
  { does: 'ends the statement and deletes', text: 'select 1; delete from catalog.repos', refusal: DENIED },
  { does: 'commits first', text: 'commit; delete from catalog.repos', refusal: DENIED },
  { does: 'deletes from a simple view', text: 'delete from tags', refusal: NOT_A_SELECT },
  { does: 'deletes from a simple view and returns', text: 'delete from tags returning *', refusal: DENIED },
  { does: 'ends the statement and begins another', text: 'select 1; select 2', refusal: NOT_A_SELECT },
  { does: 'commits', text: 'commit', refusal: NOT_A_SELECT },
  { does: 'is empty', text: '', refusal: NOT_A_SELECT },
  { does: 'is a comment', text: '-- nothing', refusal: NOT_A_SELECT },
  { does: 'opens a comment', text: 'select 1 /* and', refusal: SYNTAX },
  { does: 'opens a dollar quote', text: 'select $function$ and', refusal: SYNTAX },
  { does: 'closes a dollar quote', text: '$function$; delete from catalog.repos', refusal: SYNTAX },
  { does: 'closes a parenthesis', text: 'select 1) as x; delete from catalog.repos', refusal: SYNTAX },
  { does: 'closes a quote', text: "select '1' '; delete from catalog.repos", refusal: SYNTAX },
  { does: 'names a parameter', text: 'select $1', refusal: /42P02/ },
  { does: 'names a variable of the function around it', text: 'select rows_left', refusal: /42703/ },
  { does: 'fetches from the cursor around it', text: 'fetch all from answer', refusal: NOT_A_SELECT },
  { does: 'holds a NUL', text: "select 'a\0b'", refusal: /22021/ },

  // Leaving the role.
  { does: 'sets the role', text: 'set role postgres', refusal: NOT_A_SELECT },
  { does: 'resets the role', text: 'reset role', refusal: NOT_A_SELECT },
  { does: 'sets the role by function', text: "select set_config('role', 'none', false)", refusal: DENIED },
  {
    does: 'sets the role for the transaction',
    text: "select set_config('role', 'none', true)",
    refusal: DENIED,
  },
  {
    does: 'sets the session authorization',
    text: "select set_config('session_authorization', 'postgres', false)",
    refusal: DENIED,
  },
  {
    does: 'sets the role in a query of a query',
    text: "select query_to_xml('set role none', true, true, '')",
    refusal: /0A000/,
  },
  {
    does: 'deletes in a query of a query',
    text: "select query_to_xml('delete from catalog.repos', true, true, '')",
    refusal: DENIED,
  },
  { does: 'deletes through ts_stat', text: "select ts_stat('delete from catalog.repos')", refusal: DENIED },
  { does: 'calls the function around it', text: "select catalog.run_query('select 1', 1, 1)", refusal: DENIED },
  {
    does: 'ends the read-only mode',
    text: "select set_config('transaction_read_only', 'off', false)",
    refusal: /25001/,
  },
  {
    does: 'changes settings of the session',
    text: "select set_config('search_path', 'catalog', false), set_config('statement_timeout', '0', false)",
  },
  { does: 'takes a lock for the session', text: 'select pg_advisory_lock(42)' },

  // Reading what the role must not read.
  { does: 'reads a table of the catalog', text: 'select * from catalog.repos', refusal: DENIED },
  { does: 'reads a table of the search engine', text: 'select * from search.documents', refusal: DENIED },
  { does: 'reads passwords', text: 'select * from pg_authid', refusal: DENIED },
  { does: 'reads a file', text: "select pg_read_file('/etc/passwd')", refusal: DENIED },
  { does: 'reads a file in bytes', text: "select pg_read_binary_file('/etc/passwd')", refusal: DENIED },
  { does: 'lists a folder', text: "select pg_ls_dir('/')", refusal: DENIED },
  { does: 'asks about a file', text: "select pg_stat_file('PG_VERSION')", refusal: DENIED },
  { does: 'imports a file', text: "select lo_import('/etc/passwd')", refusal: DENIED },
  { does: 'exports a file', text: "select lo_export(1, '/tmp/loot')", refusal: DENIED },
  { does: 'copies to a file', text: "copy models to '/tmp/loot'", refusal: NOT_A_SELECT },
  { does: 'copies from a program', text: "copy models from program 'id'", refusal: NOT_A_SELECT },
  {
    does: 'connects elsewhere',
    text: "select * from dblink('dbname=postgres', 'select 1') as t(a int)",
    refusal: /42883/,
  },
  {
    does: 'asks where the data lie',
    text: "select current_setting('data_directory')",
    refusal: DENIED,
  },
  { does: 'shows settings', text: 'show all', refusal: NOT_A_SELECT },

  // Disturbing others.
  { does: 'reloads the configuration', text: 'select pg_reload_conf()', refusal: DENIED },
  {
    does: 'terminates connections',
    text: 'select pg_terminate_backend(pg_backend_pid())',
    refusal: DENIED,
  },
  { does: 'cancels queries', text: 'select pg_cancel_backend(pg_backend_pid())', refusal: DENIED },
]

/** Queries that need more time or memory than there is. */
export const bombs: readonly { does: string; text: string }[] = [
  { does: 'counts to a trillion', text: 'select count(*) from generate_series(1, 1000000000000)' },
  { does: 'sleeps', text: 'select pg_sleep(60)' },
  {
    does: 'takes away the timeout and sleeps',
    text: "select set_config('statement_timeout', '0', false), pg_sleep(60)",
  },
  {
    does: 'recurs for ever',
    text: 'with recursive t as (select 1 as n union all select n + 1 from t) select count(*) from t',
  },
  {
    does: 'joins everything with everything',
    text: 'select count(*) from pg_class a, pg_class b, pg_class c, pg_class d',
  },
]

#!/bin/sh
# Runs in the image of Postgres when its volume is new: the user of hubdex owns a database, may create roles, because
# hubdex makes the one under which queries of others run, and is no superuser.
set -eu
psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<'SQL'
\set password `cat /run/secrets/catalog_password`
create role hubdex login createrole password :'password';
create database hubdex owner hubdex;
\connect hubdex
-- What writes in spite of a read-only transaction; only a superuser can take it from everybody.
do $$
declare function regprocedure;
begin
  for function in
    select oid from pg_proc where pronamespace = 'pg_catalog'::regnamespace and proname in (
      'lo_creat', 'lo_create', 'lo_from_bytea', 'lo_put', 'lo_open', 'lowrite', 'lo_truncate', 'lo_truncate64', 'lo_unlink',
      'lo_import', 'lo_export', 'pg_logical_emit_message')
  loop
    execute format('revoke execute on function %s from public', function);
  end loop;
end $$;
SQL

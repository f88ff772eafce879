#!/bin/sh
# Runs in the Postgres image when its volume is new. The hubdex user owns a database and is no superuser. It may create roles,
# because hubdex creates the role that users' queries run as.
set -eu
psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<'SQL'
\set password `cat /run/secrets/catalog_password`
create role hubdex login createrole password :'password';
create database hubdex owner hubdex;
\connect hubdex
-- These functions write even in a read-only transaction. Only a superuser can revoke them from all users.
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

#!/bin/sh
# Runs in the image of Postgres when its volume is new: the user of hubdex owns a database, may create roles, because
# hubdex makes the one under which queries of others run, and is no superuser.
set -eu
psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<'SQL'
\set password `cat /run/secrets/catalogue_password`
create role hubdex login createrole password :'password';
create database hubdex owner hubdex;
SQL

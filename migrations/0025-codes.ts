import { type Kysely, sql } from 'kysely'
import { describeColumns } from './describe.ts'

/** Notes and errors of passes carry a code, so that programs need not read the text. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const columns = {
  note_code: 'Code of the note. It is null without a note, and for notes of older versions.',
  error_code: 'Code of the error. It is null without an error, and for errors of older versions.',
}

const statements = [
  'alter table catalog.passes add note_code text, add error_code text',
  `create or replace view passes as select p.pass_id, p.kind, p.scope, p.state, p.endpoint, p.pages, p.repos, p.inserted,
    p.updated, p.unchanged, p.rejected, p.removed, p.requests, p.note, p.error,
    greatest(p.begun_at, (select o.heartbeat_at from catalog.processes o
      where o.lease_owner = p.lease_owner and p.state = 'running')) as heartbeat_at,
    p.started_at, p.finished_at, p.unconfirmed,
    (select jsonb_agg(jsonb_build_object('after_created_at', g.after_created_at, 'after_id', g.after_id,
        'before_created_at', g.before_created_at, 'before_id', g.before_id, 'cause', g.cause, 'status', g.status,
        'answer', g.answer))
      from catalog.pass_gaps g where g.pass_id = p.pass_id and g.is_closed) as gaps,
    p.note_code, p.error_code
    from catalog.passes p`,
  ...describeColumns('catalog.passes', columns),
  ...describeColumns('passes', columns),
]

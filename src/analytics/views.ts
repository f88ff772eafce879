import type pg from 'pg'

/** A view that SQL may read. The texts are the comments in the database. */
export interface ReadableView {
  name: string
  description: string
  columns: { name: string; type: string; description: string }[]
}

/** The views that queries may read, with their columns. */
export async function listViews(client: Pick<pg.ClientBase, 'query'>): Promise<ReadableView[]> {
  const { rows } = await client.query<ReadableView>(`
    select c.relname as name, coalesce(obj_description(c.oid, 'pg_class'), '') as description,
      json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, null),
        'description', coalesce(col_description(c.oid, a.attnum), '')) order by a.attnum) as columns
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'v'
      and has_table_privilege('hubdex_reader', c.oid, 'select')
    group by c.oid, c.relname order by c.relname`)
  return rows
}

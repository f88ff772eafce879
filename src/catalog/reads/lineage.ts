import { type Kysely, sql } from 'kysely'
import type { RepoKind } from '../../hub/kinds.ts'
import type { Database } from '../schema.ts'

interface LineageNode {
  /** `kind/id`, by which edges name it. */
  key: string
  kind: RepoKind
  id: string
  /** Null if the catalog has no repo of this name. */
  hubId: string | null
  /** Steps from the root: negative for ancestors. */
  depth: number
  author: string | null
  license: string | null
  task: string | null
  parameters: number | null
  downloads: number | null
  likes: number | null
  removedAt: Date | null
  /** Live repos that directly derive from it or, of a dataset, use it; null if unknown. */
  descendants: number | null
}

interface LineageEdge {
  parent: string
  child: string
  /** As the child's card says; `uses` for what Spaces use, and for users of datasets. */
  relation: string
  /** Whether the parent has a license and the child declares another one or none. */
  isLicenseChanged: boolean
}

export interface LineageGraph {
  root: string
  nodes: LineageNode[]
  edges: LineageEdge[]
  /** Whether nodes were left out because of a limit. */
  truncated: boolean
}

export interface LineageLimits {
  direction: 'both' | 'ancestors' | 'descendants'
  /** Steps in each direction. */
  depth: number
  /** Nodes in each direction, without the root. */
  limit: number
}

interface NodeRow extends Omit<LineageNode, 'key' | 'depth' | 'descendants'> {
  hubId: string
  names: string[]
}

/** A step from a repo to one that it names. */
interface Step {
  parentKind: RepoKind
  parentName: string
  child: NodeRow
  relation: string
}

/**
 * The graph around a repo, level by level. A repo is in it once, with the fewest steps, so that cycles end. If a
 * level exceeds the limit, its most downloaded repos are taken.
 */
export async function lineageOf(db: Kysely<Database>, hubId: string, limits: LineageLimits): Promise<LineageGraph> {
  const [root] = await nodesByHubId(db, [hubId])
  if (root === undefined) throw new Error(`The repo ${hubId} is not in the catalog.`)
  const graph = new Graph(root)
  if (limits.direction !== 'descendants') await addAncestors(db, graph, root, limits)
  if (limits.direction !== 'ancestors') await addDescendants(db, graph, root, limits)
  await countDescendants(db, graph)
  if (root.kind === 'dataset') graph.setDescendants(root, await countUsers(db, root))
  return graph.result()
}

class Graph {
  readonly #root: string
  readonly #nodes = new Map<string, LineageNode>()
  readonly #edges = new Map<string, LineageEdge>()
  isTruncated = false

  constructor(root: NodeRow) {
    this.#root = keyOf(root)
    this.add(root, 0)
  }

  get nodes(): Iterable<LineageNode> {
    return this.#nodes.values()
  }

  has(node: Pick<LineageNode, 'kind' | 'id'>): boolean {
    return this.#nodes.has(keyOf(node))
  }

  add(row: Omit<LineageNode, 'key' | 'depth' | 'descendants'>, depth: number): void {
    const { kind, id, hubId, author, license, task, parameters, downloads, likes, removedAt } = row
    const key = keyOf(row)
    const fields = { kind, id, hubId, author, license, task, parameters, downloads, likes, removedAt }
    this.#nodes.set(key, { key, ...fields, depth, descendants: null })
  }

  setDescendants(repo: Pick<LineageNode, 'kind' | 'id'>, descendants: number): void {
    const node = this.#nodes.get(keyOf(repo))
    if (node !== undefined) node.descendants = descendants
  }

  connect(parent: string, child: string, relation: string): void {
    const [from, to] = [this.#nodes.get(parent), this.#nodes.get(child)]
    const license = from?.license ?? null
    const isLicenseChanged = relation !== 'uses' && license !== null && license !== (to?.license ?? null)
    this.#edges.set(`${parent}\n${child}\n${relation}`, { parent, child, relation, isLicenseChanged })
  }

  result(): LineageGraph {
    const nodes = [...this.#nodes.values()]
    return { root: this.#root, nodes, edges: [...this.#edges.values()], truncated: this.isTruncated }
  }
}

async function addAncestors(db: Kysely<Database>, graph: Graph, root: NodeRow, limits: LineageLimits): Promise<void> {
  let level = [root]
  let left = limits.limit
  for (let depth = 1; level.length > 0; depth++) {
    const steps = await parentsOf(db, level)
    const known = await nodesByName(db, steps)
    const targetOf = ({ parentKind, parentName }: Step) => known.get(nameKey(parentKind, parentName))
    const fresh = new Map<string, NodeRow>()
    for (const step of steps) {
      const target = targetOf(step)
      const node = target ?? unknownNode(step.parentKind, step.parentName)
      if (!graph.has(node) && (depth > limits.depth || left === 0)) {
        graph.isTruncated = true
        continue
      }
      if (!graph.has(node)) {
        graph.add(node, -depth)
        left--
        if (target !== undefined) fresh.set(target.hubId, target)
      }
      graph.connect(keyOf(node), keyOf(step.child), step.relation)
    }
    level = [...fresh.values()]
  }
}

async function addDescendants(db: Kysely<Database>, graph: Graph, root: NodeRow, limits: LineageLimits): Promise<void> {
  const users = root.kind === 'dataset' ? await addUsers(db, graph, root, limits.limit) : []
  let left = limits.limit - users.length
  let level = [root, ...users].filter(({ kind }) => kind === 'model')
  for (let depth = root.kind === 'dataset' ? 2 : 1; level.length > 0; depth++) {
    const byName = new Map(level.flatMap((node) => node.names.map((name) => [name.toLowerCase(), node] as const)))
    // One more than is taken, to know whether there are more; those of the graph are read again.
    const children = await childrenOf(
      db,
      [...byName.keys()],
      left + 1,
      [...graph.nodes].flatMap(({ hubId }) => hubId ?? []),
    )
    const isLast = depth > limits.depth
    const taken = isLast ? [] : children.fresh.slice(0, left)
    if (children.fresh.length > taken.length) graph.isTruncated = true
    for (const child of taken) graph.add(child, depth)
    left -= taken.length
    for (const { child, base, relation } of await basesOf(
      db,
      [...taken, ...children.known].map(({ hubId }) => hubId),
    )) {
      const parent = byName.get(base.toLowerCase())
      if (parent !== undefined && graph.has(child)) graph.connect(keyOf(parent), keyOf(child), relation)
    }
    level = taken
  }
}

/** Adds the models and Spaces that use a dataset. */
async function addUsers(db: Kysely<Database>, graph: Graph, dataset: NodeRow, limit: number): Promise<NodeRow[]> {
  const { rows } = await sql<NodeRow>`
    select ${NODE_COLUMNS} from ${NODES}
    where r.hub_id in (select hub_id from ${usersOf(dataset.names)})
    order by row_number() over (partition by r.kind order by c.downloads desc nulls last, c.likes desc nulls last), r.kind, r.hub_id
    limit ${limit + 1}`.execute(db)
  const users = rows.slice(0, limit)
  if (rows.length > limit) graph.isTruncated = true
  for (const user of users) {
    graph.add(user, 1)
    graph.connect(keyOf(dataset), keyOf(user), 'uses')
  }
  return users
}

async function countUsers(db: Kysely<Database>, { names }: NodeRow): Promise<number> {
  const { rows } = await sql<{ users: number }>`select count(*)::int as users from ${usersOf(names)}`.execute(db)
  return rows[0]?.users ?? 0
}

/** The hub ids of listed models with the dataset in their tags, and of Spaces that link it. The index of tags cuts them. */
function usersOf(names: readonly string[]) {
  const tags = names.map((name) => `dataset:${name}`)
  return sql`(
    select m.hub_id from catalog.repos m
    where m.removed_at is null and not m.private and not m.disabled and m.kind = 'model'
      and catalog.tag_keys(m.tags, m.pipeline_tag, m.library_name) && ${tags.map((tag) => tag.slice(0, 100))}::text[]
      and m.tags && ${tags}::text[]
    union all
    select s.hub_id from catalog.repos s
    where s.linked_datasets <> '{}' and s.removed_at is null and s.kind = 'space'
      and catalog.lower_all(s.linked_datasets) && catalog.lower_all(${[...names]}::text[])) as users`
}

const NODE_COLUMNS = sql`r.kind, r.id, r.hub_id as "hubId", r.author, r.license,
  coalesce(r.pipeline_tag, r.task_categories[1]) as task, r.parameters::double precision as parameters,
  c.downloads::double precision as downloads, c.likes::double precision as likes, r.removed_at as "removedAt",
  array(select r.id union all select a.alias from catalog.repo_aliases a where a.hub_id = r.hub_id) as names`

const NODES = sql`catalog.repos r left join catalog.repo_counters c on c.hub_id = r.hub_id`

async function nodesByHubId(db: Kysely<Database>, hubIds: readonly string[]): Promise<NodeRow[]> {
  const { rows } = await sql<NodeRow>`
    select ${NODE_COLUMNS} from ${NODES} where r.hub_id = any(${[...hubIds]}::text[])`.execute(db)
  return rows
}

/** What repos derive from or use, in the order of their cards. */
async function parentsOf(db: Kysely<Database>, children: readonly NodeRow[]): Promise<Step[]> {
  const { rows } = await sql<{ hubId: string; kind: RepoKind; name: string; relation: string }>`
    select r.hub_id as "hubId", p.kind, p.name, p.relation from unnest(${children.map(({ hubId }) => hubId)}::text[])
      with ordinality as wanted(hub_id, place)
    join catalog.repos r on r.hub_id = wanted.hub_id
    cross join lateral (
      select 'model' as kind, b.name, b.relation, 1 as part, b.place
        from unnest(r.base_models, r.base_relations) with ordinality as b(name, relation, place)
      union all select 'model', m.name, 'uses', 2, m.place from unnest(r.linked_models) with ordinality as m(name, place)
      union all select 'dataset', d.name, 'uses', 3, d.place from unnest(r.linked_datasets) with ordinality as d(name, place)
    ) as p
    order by wanted.place, p.part, p.place`.execute(db)
  const byHubId = new Map(children.map((child) => [child.hubId, child]))
  return rows.flatMap(({ hubId, kind, name, relation }) => {
    const child = byHubId.get(hubId)
    return child === undefined ? [] : [{ parentKind: kind, parentName: name, child, relation: relation ?? 'unknown' }]
  })
}

/** Repos by the names that steps use: the current one, live before removed, else a former one. */
async function nodesByName(db: Kysely<Database>, steps: readonly Step[]): Promise<Map<string, NodeRow>> {
  const wanted = [...new Map(steps.map((step) => [nameKey(step.parentKind, step.parentName), step])).values()]
  const { rows } = await sql<NodeRow & { wantedKind: RepoKind; wantedName: string }>`
    select distinct on (wanted.kind, wanted.name) wanted.kind as "wantedKind", wanted.name as "wantedName", ${NODE_COLUMNS}
    from unnest(${wanted.map(({ parentKind }) => parentKind)}::text[], ${wanted.map(({ parentName }) => parentName)}::text[])
      as wanted(kind, name)
    cross join lateral (
      select hub_id, 0 as place from catalog.repos where kind = wanted.kind and lower(id) = lower(wanted.name)
      union all
      select hub_id, 1 from catalog.repo_aliases where kind = wanted.kind and lower(alias) = lower(wanted.name)
    ) as found
    join ${NODES} on r.hub_id = found.hub_id
    order by wanted.kind, wanted.name, found.place, r.removed_at is not null, r.hub_id`.execute(db)
  return new Map(rows.map(({ wantedKind, wantedName, ...node }) => [nameKey(wantedKind, wantedName), node]))
}

/** Live models that name one of these as their base, the most downloaded first; and those that the graph has already. */
async function childrenOf(
  db: Kysely<Database>,
  names: readonly string[],
  limit: number,
  inGraph: readonly string[],
): Promise<{ fresh: NodeRow[]; known: NodeRow[] }> {
  const derives = sql`r.base_models <> '{}' and r.kind = 'model' and r.removed_at is null
    and catalog.lower_all(r.base_models) && catalog.lower_all(${[...names]}::text[])`
  const { rows: fresh } = await sql<NodeRow>`
    select ${NODE_COLUMNS} from ${NODES} where ${derives} and r.hub_id <> all(${[...inGraph]}::text[])
    order by c.downloads desc nulls last, r.hub_id limit ${limit}`.execute(db)
  const { rows: known } = await sql<NodeRow>`
    select ${NODE_COLUMNS} from ${NODES} where ${derives} and r.hub_id = any(${[...inGraph]}::text[])`.execute(db)
  return { fresh, known }
}

async function basesOf(
  db: Kysely<Database>,
  hubIds: readonly string[],
): Promise<{ child: Pick<LineageNode, 'kind' | 'id'>; base: string; relation: string }[]> {
  const { rows } = await sql<{ kind: RepoKind; id: string; base: string; relation: string | null }>`
    select r.kind, r.id, b.base, b.relation from catalog.repos r, unnest(r.base_models, r.base_relations) as b(base, relation)
    where r.hub_id = any(${[...hubIds]}::text[])`.execute(db)
  return rows.map(({ kind, id, base, relation }) => ({ child: { kind, id }, base, relation: relation ?? 'unknown' }))
}

/** By current name only. */
async function countDescendants(db: Kysely<Database>, graph: Graph): Promise<void> {
  const models = [...graph.nodes].filter(({ kind }) => kind === 'model')
  const { rows } = await sql<{ id: string; descendants: number }>`
    select wanted.id, (
      select count(*)::int from catalog.repos r
      where r.base_models <> '{}' and catalog.lower_all(r.base_models) @> catalog.lower_all(array[wanted.id])
        and r.kind = 'model' and r.removed_at is null) as descendants
    from unnest(${models.map(({ id }) => id)}::text[]) as wanted(id)`.execute(db)
  const counts = new Map(rows.map(({ id, descendants }) => [id, descendants]))
  for (const node of models) node.descendants = counts.get(node.id) ?? null
}

function unknownNode(kind: RepoKind, id: string) {
  const nothing = { author: null, license: null, task: null, parameters: null, downloads: null, likes: null, removedAt: null }
  return { kind, id, hubId: null, ...nothing }
}

function keyOf({ kind, id }: Pick<LineageNode, 'kind' | 'id'>): string {
  return `${kind}/${id}`
}

function nameKey(kind: RepoKind, name: string): string {
  return `${kind}/${name.toLowerCase()}`
}

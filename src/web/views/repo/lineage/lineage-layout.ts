import type { lineageRoute } from '../../../../server/api/lineage.ts'
import type { AnswerOf } from '../../../../server/api/route.ts'

export type Lineage = AnswerOf<typeof lineageRoute>
type LineageNode = Lineage['nodes'][number]
type LineageEdge = Lineage['edges'][number]

export interface PlacedNode {
  node: LineageNode
  /** The edges to its parents in the picture. */
  parents: readonly LineageEdge[]
  x: number
  y: number
}

export interface LineagePicture {
  width: number
  height: number
  nodes: readonly PlacedNode[]
}

export const NODE = { width: 224, height: 56 }
const GAP = { x: 64, y: 14 }

/** Ancestors to the left, descendants to the right: a column per step, children near their parents. */
export function layOutLineage({ nodes, edges }: Lineage): LineagePicture {
  const depths = [...new Set(nodes.map(({ depth }) => depth))].toSorted((left, right) => left - right)
  const rows = Math.max(...depths.map((depth) => nodes.filter((node) => node.depth === depth).length))
  const height = rows * (NODE.height + GAP.y) - GAP.y
  const placed = new Map<string, PlacedNode>()
  // From the repo outwards, so that each node is placed by the neighbors that are already there.
  for (const depth of depths.toSorted((left, right) => Math.abs(left) - Math.abs(right))) {
    const column = nodes
      .filter((node) => node.depth === depth)
      .map((node) => ({ node, wish: meanOfNeighbors(node, edges, placed) }))
      .toSorted((left, right) => left.wish - right.wish || (right.node.downloads ?? 0) - (left.node.downloads ?? 0))
    const top = (height - (column.length * (NODE.height + GAP.y) - GAP.y)) / 2
    column.forEach(({ node }, index) => {
      placed.set(node.key, {
        node,
        parents: edges.filter(({ child }) => child === node.key),
        x: depths.indexOf(depth) * (NODE.width + GAP.x),
        y: top + index * (NODE.height + GAP.y),
      })
    })
  }
  return { width: depths.length * (NODE.width + GAP.x) - GAP.x, height, nodes: [...placed.values()] }
}

function meanOfNeighbors({ key }: LineageNode, edges: readonly LineageEdge[], placed: ReadonlyMap<string, PlacedNode>): number {
  const neighbors = edges.flatMap(
    ({ parent, child }) => (parent === key ? placed.get(child) : child === key ? placed.get(parent) : undefined) ?? [],
  )
  return neighbors.length === 0 ? 0 : neighbors.reduce((sum, { y }) => sum + y, 0) / neighbors.length
}

/** The path of a line from a parent to a child. */
export function edgePath(parent: PlacedNode, child: PlacedNode): string {
  const [from, to] = [parent.x + NODE.width, child.x]
  const [top, bottom] = [parent.y + NODE.height / 2, child.y + NODE.height / 2]
  const middle = (from + to) / 2
  return `M${from} ${top}C${middle} ${top} ${middle} ${bottom} ${to} ${bottom}`
}

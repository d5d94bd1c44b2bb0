import { UnionFind } from '../../../text/union-find.ts'
import { compareRows } from '../rows.ts'
import type { Rows } from '../rows.ts'
import { Agreeing } from './apart.ts'
import type { ReadApart } from './apart.ts'

/**
 * A connected component of near-duplicate edges. `members` are rows, one per set of equal conversations, in
 * `compareRows` order; `star[i]` is the representative of members[i]: itself, or a member it is an edge away from.
 */
export interface Cluster {
  members: number[]
  star: number[]
  /** Some member is linked to its cluster only through others: near(A, B), near(B, C), but not near(A, C). */
  chain: boolean
}

/**
 * Components of the edges, each cut into stars greedily: the first member left over takes all its neighbours that do not
 * answer otherwise than one it has taken, and are not `apart` from one.
 */
export function clustersOf(
  rows: Rows,
  edges: readonly { a: number; b: number }[],
  apart: ReadApart,
): Cluster[] {
  const nodes = [...new Set(edges.flatMap(({ a, b }) => [a, b]))].sort((x, y) => compareRows(rows, x, y))
  const rank = new Map(nodes.map((row, i) => [row, i]))
  const neighbours: number[][] = nodes.map(() => [])
  const sets = new UnionFind(nodes.length)
  for (const { a, b } of edges) {
    const [x, y] = [rank.get(a) as number, rank.get(b) as number]
    neighbours[x]?.push(y)
    neighbours[y]?.push(x)
    sets.union(x, y)
  }
  const star = stars(neighbours, nodes, () => new Agreeing(rows, apart))
  const clusters = new Map<number, Cluster>()
  nodes.forEach((row, i) => {
    const root = sets.find(i)
    const cluster = clusters.get(root) ?? { members: [], star: [], chain: false }
    clusters.set(root, cluster)
    cluster.members.push(row)
    cluster.star.push(nodes[star[i] as number] as number)
  })
  for (const cluster of clusters.values()) cluster.chain = isChain(cluster, rank, neighbours)
  return [...clusters.values()]
}

function stars(
  neighbours: readonly number[][],
  nodes: readonly number[],
  makeAgreeing: () => Agreeing,
): number[] {
  const star = new Array<number>(neighbours.length).fill(-1)
  neighbours.forEach((around, i) => {
    if (star[i] !== -1) return
    star[i] = i
    const agreeing = makeAgreeing()
    agreeing.take(nodes[i] as number)
    for (const j of around.sort((x, y) => x - y))
      if (star[j] === -1 && agreeing.take(nodes[j] as number)) star[j] = i
  })
  return star
}

/** True unless every two members are near each other. */
function isChain(
  cluster: Cluster,
  rank: ReadonlyMap<number, number>,
  neighbours: readonly (readonly number[])[],
): boolean {
  return cluster.members.some(
    (row) => (neighbours[rank.get(row) as number]?.length ?? 0) < cluster.members.length - 1,
  )
}

import type { Finding } from '../../../core/finding.ts'
import type { JsonObject } from '../../../core/json.ts'
import { pairFindings } from '../compare.ts'
import type { CompareWork } from '../compare.ts'
import type { Group } from '../groups.ts'
import { levelMetrics } from '../metrics.ts'
import { ALL_PAIRS, pairNumber } from '../pairs.ts'
import type { Pair } from '../pairs.ts'
import { compareRows } from '../rows.ts'
import type { Rows } from '../rows.ts'
import { answerApart, choosesOtherwise, strongerHolds } from './apart.ts'
import { clustersOf } from './clusters.ts'
import type { Cluster } from './clusters.ts'
import { apartOf, decide, decideByStars } from './decide.ts'
import type { SeenPair } from './decide.ts'
import type { NearFound, NearPair } from './near.ts'

export interface NearLevel {
  clusters: Cluster[]
  /** Near-duplicates: those read of them. */
  edges: NearPair[]
  minimal: SeenPair[]
  /** Pairs that ask or answer otherwise, however much text they share. */
  otherwise: NearPair[]
  refuted: number
  /** Rows equal after normalisation, by their representative. */
  classes: ReadonlyMap<number, Group>
  found: NearFound
  work: CompareWork
}

/**
 * Decides on the text of every near pair what it is, and joins the near-duplicates into clusters. Rows that answer the same
 * prompt or question with another letter or option repeat nothing, nor do those that answer nearly the same with another.
 */
export async function nearLevel(
  found: NearFound,
  normalised: readonly Group[],
  work: CompareWork,
): Promise<NearLevel> {
  const { rows } = work
  const open = found.pairs.filter(({ a, b }) => !answerApart(rows, a, b))
  const decided = await decideByStars(
    open.filter(({ a, b }) => !choosesOtherwise(rows, a, b)),
    work,
  )
  const others = await decide(
    open.filter(({ a, b }) => choosesOtherwise(rows, a, b)),
    work,
  )
  const minimal = [
    ...[...decided.minimal, ...others.minimal],
    ...others.edges.map((pair): SeenPair => ({ pair, minimal: ['answer'] })),
  ]
  const otherwise = [...decided.otherwise, ...others.otherwise]
  const { edges } = decided
  const refuted = decided.refuted + others.refuted
  const classes = new Map(normalised.map((group) => [group[0] as number, group]))
  const clusters = clustersOf(rows, edges, apartOf({ minimal, otherwise }))
  return { clusters, edges, minimal, otherwise, refuted, classes, found, work }
}

/** Findings of near-duplicates, then of minimal differences. */
export async function* nearFindings(level: NearLevel): AsyncGenerator<Finding> {
  const { work } = level
  const kinds = new Map(
    level.minimal.map(({ pair, minimal }) => [pairNumber(pair.a, pair.b, work.rows.count), minimal]),
  )
  const minimal = minimalPairs(level).map((pair) => ({
    ...pair,
    meaning: [...new Set(kinds.get(pairNumber(pair.a, pair.b, work.rows.count)) ?? [])].sort(),
  }))
  for await (const found of pairFindings([...nearPairs(level), ...minimal], work))
    if (found !== null) yield found
}

/** Every near edge of a small cluster, the stars of a large one, between all rows of the classes they stand for. */
function nearPairs({ clusters, classes, edges: near, work }: NearLevel): Pair[] {
  const edges = new Set(near.map(({ a, b }) => pairNumber(a, b, work.rows.count)))
  const pairs: Pair[] = []
  clusters.forEach((cluster, number) => {
    const rowsOf = (row: number): Group => classes.get(row) ?? Uint32Array.of(row)
    const size = cluster.members.reduce((sum, row) => sum + rowsOf(row).length, 0)
    const add = (a: number, b: number): void => {
      for (const x of rowsOf(a))
        for (const y of rowsOf(b)) push(pairs, work.rows, [x, y], { group: number, size })
    }
    if (size > ALL_PAIRS) {
      cluster.members.forEach((row, i) => {
        if (cluster.star[i] !== row)
          for (const y of rowsOf(row))
            push(pairs, work.rows, [cluster.star[i] as number, y], { group: number, size })
      })
    } else {
      cluster.members.forEach((a, i) => {
        for (const b of cluster.members.slice(i + 1))
          if (edges.has(pairNumber(a, b, work.rows.count))) add(a, b)
      })
    }
  })
  return pairs
}

function push(
  pairs: Pair[],
  rows: Rows,
  [x, y]: [number, number],
  group: { group: number; size: number },
): void {
  // A pair with the same prompt or question is listed there, with its near scores.
  if (strongerHolds(rows, x, y)) return
  const [a, b] = compareRows(rows, x, y) < 0 ? [x, y] : [y, x]
  pairs.push({ level: 'near-duplicate', a, b, ...group })
}

function minimalPairs({ minimal, work }: NearLevel): Pair[] {
  return minimal
    .filter(({ pair }) => !strongerHolds(work.rows, pair.a, pair.b))
    .map(({ pair: { a, b } }) => (compareRows(work.rows, a, b) < 0 ? [a, b] : [b, a]))
    .sort(
      (p, q) =>
        compareRows(work.rows, p[0] as number, q[0] as number) ||
        compareRows(work.rows, p[1] as number, q[1] as number),
    )
    .map(([a, b], group) => ({ level: 'minimal-difference', a: a as number, b: b as number, group, size: 2 }))
}

/** Figures of the level: stars are the groups whose other rows could go; components and chains beside them. */
export function nearMetrics(level: NearLevel): JsonObject {
  const { clusters, classes, found, work, refuted } = level
  const rowsOf = (row: number): Group => classes.get(row) ?? Uint32Array.of(row)
  const groups = clusters.flatMap((cluster) => starGroups(cluster, rowsOf))
  const { figures } = found
  return {
    ...levelMetrics(groups, work.rows, work.context.plan),
    clusters: {
      count: clusters.length,
      chains: clusters.filter((cluster) => cluster.chain).length,
      largest: Math.max(0, ...clusters.map((cluster) => cluster.members.length)),
    },
    minimalDifferences: level.minimal.length,
    /** Pairs that align only by words that are template text on both sides. */
    heldByTemplates: refuted,
    /** Pairs of two questions or answers about one text. */
    answeredOtherwise: level.otherwise.length,
    search: { ...figures },
  }
}

function starGroups(cluster: Cluster, rowsOf: (row: number) => Group): Group[] {
  const groups = new Map<number, number[]>()
  cluster.members.forEach((row, i) => {
    const star = cluster.star[i] as number
    const group = groups.get(star) ?? []
    groups.set(star, group)
    // The representative is a member too and comes first: its class starts with its own row.
    if (row === star) group.unshift(...rowsOf(row))
    else group.push(...rowsOf(row))
  })
  return [...groups.values()].filter((group) => group.length > 1).map((group) => Uint32Array.from(group))
}

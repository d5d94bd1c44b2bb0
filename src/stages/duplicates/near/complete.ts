import { UnionFind } from '../../../text/union-find.ts'
import { pairNumber } from '../pairs.ts'
import type { Rows } from '../rows.ts'
import { alignRows } from './minhash/align-round.ts'
import { verifyPairs } from './minhash/verify.ts'
import type { NearFound, NearPair, NearWork, SearchFound } from './near.ts'

/** Groups up to this size are looked at pair by pair. */
const MOST_MEMBERS = 64

/**
 * What was found, and the near pairs inside groups of near rows that the search has not proposed. What is near to the same
 * row is likely near to each other, and few such pairs are left: with them a small group is known whole, and a chain is
 * one for certain.
 */
export async function withGroups(rows: Rows, found: SearchFound, work: NearWork): Promise<NearFound> {
  const missing = missingPairs(rows.count, found.pairs)
  const more = missing.length === 0 ? [] : await nearOf(rows, missing, work)
  return {
    ...found,
    pairs: [...found.pairs, ...more].sort((p, q) => p.a - q.a || p.b - q.b),
    figures: { ...found.figures, inGroups: { aligned: missing.length / 2, near: more.length } },
  }
}

function nearOf(rows: Rows, pairs: Uint32Array, work: NearWork): Promise<NearPair[]> {
  const { context, options } = work
  return rows.wordsKept
    ? alignRows(rows, pairs, { context, ratio: options.alignedRatio })
    : verifyPairs(rows, numbersOf(pairs, rows.count), work)
}

/** Pairs of rows (smaller, larger; one behind the other, by the larger) of one group that are not among the near ones. */
function missingPairs(count: number, near: readonly NearPair[]): Uint32Array {
  const edges = near.filter(({ templates }) => !templates)
  const nodes = [...new Set(edges.flatMap(({ a, b }) => [a, b]))].sort((x, y) => x - y)
  const rank = new Map(nodes.map((row, i) => [row, i]))
  const sets = new UnionFind(nodes.length)
  for (const { a, b } of edges) sets.union(rank.get(a) as number, rank.get(b) as number)
  const groups = new Map<number, number[]>()
  nodes.forEach((row, i) => {
    const members = groups.get(sets.find(i)) ?? []
    groups.set(sets.find(i), members)
    members.push(row)
  })
  const known = new Set(near.map(({ a, b }) => pairNumber(a, b, count)))
  const missing: [number, number][] = []
  for (const members of groups.values()) {
    if (members.length < 3 || members.length > MOST_MEMBERS) continue
    members.forEach((b, j) => {
      for (const a of members.slice(0, j)) if (!known.has(pairNumber(a, b, count))) missing.push([a, b])
    })
  }
  return Uint32Array.from(missing.sort((p, q) => p[1] - q[1] || p[0] - q[0]).flat())
}

function numbersOf(pairs: Uint32Array, count: number): Float64Array {
  const numbers = new Float64Array(pairs.length / 2)
  for (let i = 0; i < numbers.length; i++)
    numbers[i] = pairNumber(pairs[2 * i] as number, pairs[2 * i + 1] as number, count)
  return numbers.sort()
}

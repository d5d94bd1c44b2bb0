import { classifyPairs } from '../compare.ts'
import type { CompareWork } from '../compare.ts'
import { compareRows } from '../rows.ts'
import type { Rows } from '../rows.ts'
import type { MeaningKind } from './classify.ts'
import { readApart } from './apart.ts'
import type { ReadApart } from './apart.ts'
import { clustersOf } from './clusters.ts'
import type { NearPair } from './near.ts'

/** Components of more members than this are read again along their stars only, not pair by pair. */
const READ_WHOLE = 64
/** Times the stars of larger ones are looked for: a row is read with at most so many representatives. */
const MOST_WAVES = 32

/** A near pair whose texts differ only in what they mean. */
export interface SeenPair {
  pair: NearPair
  minimal: MeaningKind[]
}

/** Near pairs by what they are; `refuted` ones are held together by templates only, `otherwise` ones ask or answer otherwise. */
export interface Decided {
  edges: NearPair[]
  minimal: SeenPair[]
  otherwise: NearPair[]
  refuted: number
}

/** Tells near-duplicates, minimal differences and what only templates hold together apart. */
export async function decide(pairs: readonly NearPair[], work: CompareWork): Promise<Decided> {
  const open = pairs.filter(({ templates }) => !templates)
  // In the order they are listed in, whatever the order of the rows.
  const ordered = open.map(({ a, b }) => (compareRows(work.rows, a, b) < 0 ? { a, b } : { a: b, b: a }))
  const kinds = await classifyPairs(ordered, work)
  const edges = open.filter((_, i) => kinds[i] === null)
  const minimal = open.flatMap((pair, i) => {
    const kind = kinds[i]
    return Array.isArray(kind) ? [{ pair, minimal: kind }] : []
  })
  const refuted = kinds.filter((kind) => kind === 'held-by-templates').length
  const otherwise = open.filter((_, i) => kinds[i] === 'other-answer')
  return { edges, minimal, otherwise, refuted: pairs.length - open.length + refuted }
}

/**
 * The same, but of a crowd only the edges of its stars are read. Where a text does not bear one out, the stars are looked
 * for again without it, so that at last they are those all pairs would have made.
 */
export async function decideByStars(pairs: readonly NearPair[], work: CompareWork): Promise<Decided> {
  const { rows } = work
  const crowded = crowdedRows(rows, pairs)
  const decided = await decide(
    pairs.filter(({ a, templates }) => templates || !crowded.has(a)),
    work,
  )
  let open = pairs.filter(({ a, templates }) => !templates && crowded.has(a))
  let sure: NearPair[] = []
  for (let wave = 0; wave < MOST_WAVES && open.length > 0; wave++) {
    const star = starsOf(rows, [...sure, ...open], apartOf(decided))
    const ofStars = ({ a, b }: NearPair): boolean => star.get(a) === b || star.get(b) === a
    const asked = open.filter(ofStars)
    if (asked.length === 0) break
    open = open.filter((pair) => !ofStars(pair))
    const found = await decide(asked, work)
    sure = [...sure, ...found.edges]
    decided.minimal.push(...found.minimal)
    decided.otherwise.push(...found.otherwise)
    decided.refuted += found.refuted
  }
  return { ...decided, edges: [...decided.edges, ...sure].sort((p, q) => p.a - q.a || p.b - q.b) }
}

function crowdedRows(rows: Rows, pairs: readonly NearPair[]): Set<number> {
  const open = pairs.filter(({ templates }) => !templates)
  const crowds = clustersOf(rows, open, new Map()).filter(({ members }) => members.length > READ_WHOLE)
  return new Set(crowds.flatMap(({ members }) => members))
}

/** Pairs that differ in what they mean, or ask or answer otherwise. */
export function apartOf({ minimal, otherwise }: Pick<Decided, 'minimal' | 'otherwise'>): ReadApart {
  return readApart([...minimal.map(({ pair }) => pair), ...otherwise])
}

function starsOf(rows: Rows, pairs: readonly NearPair[], apart: ReadApart): Map<number, number> {
  const star = new Map<number, number>()
  for (const cluster of clustersOf(rows, pairs, apart))
    cluster.members.forEach((row, i) => star.set(row, cluster.star[i] as number))
  return star
}

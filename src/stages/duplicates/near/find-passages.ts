import type { ReduceContext } from '../../../core/stage.ts'
import type { Tally } from '../../../core/tally.ts'
import { Growable32 } from '../../../text/growable.ts'
import { compareRows, hasKey, sameKey } from '../rows.ts'
import type { Rows } from '../rows.ts'
import type { NearResult } from './near.ts'
import { PASSAGE_FIELDS, unique } from './passages.ts'
import { array, ranges, viewsTally } from './views.ts'

/** A passage two otherwise different rows share; starts are words of their views. */
export interface Passage {
  a: number
  b: number
  startA: number
  startB: number
  words: number
}

export interface PassageResult {
  /** The longest, at most `LISTED`. */
  listed: Passage[]
  pairs: number
  rows: number
  longest: number
}

/** Passages listed in the report; all are counted. */
export const LISTED_PASSAGES = 1000
const PARTS = 8

/** Finds shared passages between rows that no stronger level has listed as a pair. */
export async function findPassages(
  rows: Rows,
  near: NearResult,
  given: { context: ReduceContext; passageWords: number },
): Promise<PassageResult> {
  const { context, passageWords } = given
  const parts = await fingerprintParts(near, given)
  const all = new Growable32()
  const inputs = parts.map((part) => ({ ...viewsTally(near.views), ...part, passageWords }))
  for await (const answer of context.round('passages', inputs)) all.append(array(answer, 'passages'))
  return select(rows, near, unique(all))
}

/** Fingerprints by hash range. */
async function fingerprintParts(
  { views, counts }: NearResult,
  { context, passageWords }: { context: ReduceContext; passageWords: number },
): Promise<Tally[]> {
  const parts = Array.from({ length: PARTS }, () => ({
    hashes: new Growable32(),
    owners: new Growable32(),
    positions: new Growable32(),
  }))
  const inputs = ranges(views.count, 2 * PARTS).map((range) => ({
    ...viewsTally(views),
    ...range,
    counts,
    passageWords,
  }))
  for await (const answer of context.round('fingerprints', inputs)) {
    const [hashes, owners, positions] = [
      array(answer, 'hashes'),
      array(answer, 'views'),
      array(answer, 'positions'),
    ]
    for (let i = 0; i < hashes.length; i++) {
      const part = parts[(hashes[i] as number) >>> 29] as (typeof parts)[number]
      part.hashes.push(hashes[i] as number)
      part.owners.push(owners[i] as number)
      part.positions.push(positions[i] as number)
    }
  }
  return parts.map((part) => ({
    hashes: part.hashes.take(),
    owners: part.owners.take(),
    positions: part.positions.take(),
  }))
}

function select(rows: Rows, near: NearResult, passages: Uint32Array): PassageResult {
  const known = new Set(near.pairs.map(({ a, b }) => a * rows.count + b))
  const involved = new Set<number>()
  const result: PassageResult = { listed: [], pairs: 0, rows: 0, longest: 0 }
  const longest: Passage[] = []
  for (let i = 0; i < passages.length; i += PASSAGE_FIELDS) {
    const [x, y, startX, startY, words] = passages.subarray(i, i + PASSAGE_FIELDS) as unknown as [
      number,
      number,
      number,
      number,
      number,
    ]
    const [a, b] = [near.rowOf[x] as number, near.rowOf[y] as number]
    const stronger = (['prompt', 'question'] as const).some(
      (key) => hasKey(rows, a, key) && sameKey(rows, a, b, key),
    )
    if (stronger || known.has(Math.min(a, b) * rows.count + Math.max(a, b))) continue
    result.pairs++
    involved.add(a).add(b)
    result.longest = Math.max(result.longest, words)
    longest.push(
      compareRows(rows, a, b) < 0
        ? { a, b, startA: startX, startB: startY, words }
        : { a: b, b: a, startA: startY, startB: startX, words },
    )
    if (longest.length > 8 * LISTED_PASSAGES) keepLongest(rows, longest)
  }
  result.rows = involved.size
  result.listed = keepLongest(rows, longest)
  return result
}

function keepLongest(rows: Rows, passages: Passage[]): Passage[] {
  passages.sort(
    (p, q) =>
      q.words - p.words || compareRows(rows, p.a, q.a) || compareRows(rows, p.b, q.b) || p.startA - q.startA,
  )
  passages.length = Math.min(passages.length, LISTED_PASSAGES)
  return passages
}

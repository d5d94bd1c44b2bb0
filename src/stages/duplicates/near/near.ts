import type { ReduceContext } from '../../../core/stage.ts'
import type { Tally } from '../../../core/tally.ts'
import type { DuplicateOptions } from '../options.ts'
import { sortedIndices } from '../../../text/sort.ts'
import { keyAt } from '../rows.ts'
import type { Rows } from '../rows.ts'
import { countTable } from './frequency.ts'
import { SIGNATURE } from './join.ts'
import { joinArrays } from './join-index.ts'
import { orderBySize } from './order.ts'
import type { SizeOrder } from './order.ts'
import { candidatesTally, postingInputs } from './postings.ts'
import { BY_RARE, leastAligned } from './rare.ts'
import { COARSE_SLOTS, slotsOfFull, templateThreshold } from './templates.ts'
import { array, powerOfTwo, ranges, sharedArray, viewsTally } from './views.ts'
import type { Views } from './views.ts'

/** A verified near pair of views, as rows: `a` is the smaller row number. */
export interface NearPair {
  a: number
  b: number
  aligned: number
}

export interface NearResult {
  pairs: NearPair[]
  views: Views
  /** Row of each view. */
  rowOf: Uint32Array
  /** A bit per slot of 8-word runs that are template text. */
  templateBits: Uint32Array
  /** How common the 3 words are that begin at each word of the views; 1 means that no other view has them. */
  counts: Uint8Array
  figures: NearFigures
}

export interface NearFigures {
  views: number
  words: number
  templateThreshold: number
  templateWords: number
  join: { candidates: number; verified: number; pairs: number; near: number }
  /** `ofJoin`: near pairs of the join the rare shingles propose by themselves: their recall is ofJoin / join.near. */
  rare: { candidates: number; aligned: number; near: number; ofJoin: number }
}

/** Parts of a round over views, and over hash slots. Neither changes a result. */
const VIEW_PARTS = 16
const SLOT_PARTS = 2
const COUNTING_PARTS = 4

/** Finds every pair of near views of the rows `given`, ascending; see `join.ts` and `rare.ts` for the two ways candidates are found. */
export async function findNear(
  rows: Rows,
  given: Uint32Array,
  work: { context: ReduceContext; options: DuplicateOptions },
): Promise<NearResult> {
  const { context, options } = work
  const { views, rowOf } = makeViews(rows, given)
  const words = views.length.reduce((sum, n) => sum + n, 0)
  const { counts, templateBits } = await commonness(views, words, context)
  const templateWords = await mask(views, templateBits, context)
  const tau = options.jaccard
  const join = await exactJoin(views, { context, counts, tau })
  const rare = await rareAlignment(views, { context, counts, ratio: options.alignedRatio, given: join.pairs })
  const recall = compareWays(join.pairs, rare.pairs, views.count)
  const pairs = toPairs(rare.pairs, rowOf)
  return {
    pairs,
    views,
    rowOf,
    templateBits,
    counts,
    figures: {
      views: views.count,
      words,
      templateThreshold: templateThreshold(views.count),
      templateWords,
      join: { ...join.counts, pairs: join.pairs.length / 3, near: recall.byJoin },
      rare: { ...rare.counts, near: recall.byRare, ofJoin: recall.byBoth },
    },
  }
}

/** Views of rows, and the row of each. */
function makeViews(rows: Rows, given: Uint32Array): { views: Views; rowOf: Uint32Array } {
  const count = given.length
  const lengthOf = (row: number): number =>
    (rows.wordStart[row + 1] as number) - (rows.wordStart[row] as number)
  const byContent = sortedIndices(given.map((row) => rows.keys[keyAt(row, 'normalised')] as number))
  const byLength = sortedIndices(byContent.map((i) => lengthOf(given[i] as number)))
  const views = {
    count,
    words: rows.words,
    start: sharedArray(count),
    length: sharedArray(count),
    masked: sharedArray(count),
    template: sharedArray(Math.ceil(rows.words.length / 32) + 1),
    content: sharedArray(count),
    stored: sharedArray(count),
  }
  const rowOf = byLength.map((at, v) => {
    const i = byContent[at] as number
    const row = given[i] as number
    views.start[v] = rows.wordStart[row] as number
    views.length[v] = lengthOf(row)
    views.content[v] = rows.keys[keyAt(row, 'normalised')] as number
    views.stored[i] = v
    return row
  })
  return { views, rowOf }
}

/** How common the words of the views are: once counted, asked for by every search. */
interface Commonness {
  /** The count of the 3 words that begin at each word, in shared memory; 0 where fewer are left of the view. */
  counts: Uint8Array
  /** A bit per slot of 8-word runs that are template text. */
  templateBits: Uint32Array
}

/** Counts the short shingles of all views, and finds the template text among what is common. */
async function commonness(views: Views, words: number, context: ReduceContext): Promise<Commonness> {
  const table = countTable(words)
  const counting = Array.from({ length: SLOT_PARTS }, (_, part) => {
    return { ...viewsTally(views), table, part, parts: SLOT_PARTS }
  })
  for await (const answer of context.round('frequency', counting)) void answer
  const counts = new Uint8Array(new SharedArrayBuffer(views.words.length))
  const threshold = templateThreshold(views.count)
  // Counts stop at 255.
  const shared = { counts, least: Math.min(threshold, 255) }
  const coarse = await summed(
    context.round('coarse', overViews(views, { ...shared, table }, COUNTING_PARTS)),
    'coarse',
  )
  const full = sharedArray(COARSE_SLOTS / 32)
  coarse.forEach((count, slot) => {
    if (count >= threshold) full[slot >>> 5] = (full[slot >>> 5] as number) | (1 << (slot & 31))
  })
  const slots = powerOfTwo(words * 64, 1 << 20, 1 << 24)
  const inputs = overViews(views, { ...shared, full, slots }, COUNTING_PARTS)
  const inViews = await summed(context.round('templates', inputs), 'counts')
  return { counts, templateBits: bitsOf(inViews, { full, slots, threshold }) }
}

/** The sum of one field of the answers, value by value. */
async function summed(answers: AsyncIterable<Tally>, field: string): Promise<Uint32Array> {
  let sums = new Uint32Array(0)
  for await (const answer of answers) {
    const part = array(answer, field)
    if (sums.length === 0) sums = new Uint32Array(part.length)
    for (let i = 0; i < part.length; i++) sums[i] = (sums[i] as number) + (part[i] as number)
  }
  return sums
}

/** A bit for each slot whose runs stand in enough views. */
function bitsOf(
  inViews: Uint32Array,
  { full, slots, threshold }: { full: Uint32Array; slots: number; threshold: number },
): Uint32Array {
  const bits = sharedArray(slots / 32)
  const { numberOf } = slotsOfFull(full)
  const each = slots / COARSE_SLOTS
  numberOf.forEach((number, coarse) => {
    for (let i = 0; number >= 0 && i < each; i++) {
      const slot = i * COARSE_SLOTS + coarse
      if ((inViews[number * each + i] as number) >= threshold)
        bits[slot >>> 5] = (bits[slot >>> 5] as number) | (1 << (slot & 31))
    }
  })
  return bits
}

async function mask(views: Views, bits: Uint32Array, context: ReduceContext): Promise<number> {
  let masked = 0
  for await (const answer of context.round('mask', overViews(views, { bits })))
    masked += answer['masked'] as number
  return masked
}

function overViews(views: Views, more: Tally, parts = VIEW_PARTS): Tally[] {
  return ranges(views.count, parts).map((range) => ({ ...viewsTally(views), ...range, ...more }))
}

/** The entries a round makes of the views. */
async function entries(round: string, inputs: readonly Tally[], context: ReduceContext): Promise<Tally[]> {
  const answers: Tally[] = []
  for await (const answer of context.round(round, inputs)) answers.push(answer)
  return answers
}

/** The entries sorted: what candidates are read from. */
async function sorted(answers: readonly Tally[], order: SizeOrder, context: ReduceContext): Promise<Tally> {
  const parts: Tally[] = []
  for await (const part of context.round('postings', postingInputs(answers, order))) parts.push(part)
  return candidatesTally(parts, order)
}

async function exactJoin(
  views: Views,
  { context, counts, tau }: { context: ReduceContext; counts: Uint8Array; tau: number },
): Promise<{ pairs: Uint32Array; counts: { candidates: number; verified: number } }> {
  const arrays = joinArrays(views.count, sharedArray)
  const answers = await entries('join-index', overViews(views, { ...arrays, counts, tau }), context)
  const order = orderBySize(views, arrays.size, (small, large) => small >= tau * large - 1e-9)
  const candidates = await sorted(answers, order, context)
  return collect(context.round('join', overViews(views, { ...candidates, ...arrays, tau })))
}

async function collect(
  answers: AsyncIterable<Tally>,
): Promise<{ pairs: Uint32Array; counts: { candidates: number; verified: number } }> {
  const parts: Uint32Array[] = []
  const counts = { candidates: 0, verified: 0 }
  for await (const answer of answers) {
    parts.push(array(answer, 'pairs'))
    counts.candidates += answer['candidates'] as number
    counts.verified += answer['verified'] as number
  }
  const pairs = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    pairs.set(part, at)
    at += part.length
  }
  return { pairs, counts }
}

async function rareAlignment(
  views: Views,
  work: { context: ReduceContext; counts: Uint8Array; ratio: number; given: Uint32Array },
): Promise<{ pairs: Uint32Array; counts: { candidates: number; aligned: number } }> {
  const { context, counts: common, ratio } = work
  const wordSignature = sharedArray(views.count * SIGNATURE)
  const answers = await entries('rare-index', overViews(views, { wordSignature, counts: common }), context)
  const order = orderBySize(views, views.length, (small, large) => leastAligned(small, large, ratio) >= 0)
  const candidates = await sorted(answers, order, context)
  const given = byLargerRank(work.given, order.rankOf)
  const inputs = overViews(views, { ...candidates, wordSignature, ratio }).map((input) => {
    return { ...input, given: within(given, input['from'] as number, input['to'] as number) }
  })
  const { pairs, counts } = await collect(context.round('align', inputs))
  return { pairs, counts: { candidates: counts.candidates, aligned: counts.verified } }
}

/** (x, v, shared) triples as (smaller, larger) ranks, by the larger. */
function byLargerRank(triples: Uint32Array, rankOf: Uint32Array): [number, number][] {
  const pairs: [number, number][] = []
  for (let i = 0; i < triples.length; i += 3) {
    const [x, v] = [rankOf[triples[i] as number] as number, rankOf[triples[i + 1] as number] as number]
    pairs.push(x < v ? [x, v] : [v, x])
  }
  return pairs.sort((a, b) => a[1] - b[1] || a[0] - b[0])
}

function within(pairs: readonly [number, number][], from: number, to: number): Uint32Array {
  return Uint32Array.from(pairs.filter(([, v]) => v >= from && v < to).flat())
}

function compareWays(
  join: Uint32Array,
  near: Uint32Array,
  count: number,
): { byJoin: number; byRare: number; byBoth: number } {
  const number = (x: number, v: number): number => Math.min(x, v) * count + Math.max(x, v)
  const proposed = new Set<number>()
  for (let i = 0; i < join.length; i += 3) proposed.add(number(join[i] as number, join[i + 1] as number))
  const figures = { byJoin: 0, byRare: 0, byBoth: 0 }
  for (let i = 0; i < near.length; i += NEAR_FIELDS) {
    const joined = proposed.has(number(near[i] as number, near[i + 1] as number))
    const rare = near[i + 3] === BY_RARE
    if (joined) figures.byJoin++
    if (rare) figures.byRare++
    if (joined && rare) figures.byBoth++
  }
  return figures
}

/** Fields of a near pair as the round returns it: view, later view, aligned words, how it was found. */
const NEAR_FIELDS = 4

function toPairs(near: Uint32Array, rowOf: Uint32Array): NearPair[] {
  const pairs: NearPair[] = []
  for (let i = 0; i < near.length; i += NEAR_FIELDS) {
    const [x, v] = [rowOf[near[i] as number] as number, rowOf[near[i + 1] as number] as number]
    pairs.push({ a: Math.min(x, v), b: Math.max(x, v), aligned: near[i + 2] as number })
  }
  return pairs.sort((p, q) => p.a - q.a || p.b - q.b)
}

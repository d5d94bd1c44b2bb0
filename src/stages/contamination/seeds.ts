import { buildNgramTable } from '../../text/ngram-table.ts'
import type { NgramTable } from '../../text/ngram-table.ts'
import { shared } from '../../text/shared.ts'
import { FIELD } from './items.ts'
import type { PackedItems } from './items.ts'

/** A pair of neighbouring words that stands in more items than this says nothing about any of them… */
const MOST_ITEMS = 32
/** …unless an item has no better pair: then its rarest ones are kept, whatever their count. */
const LEAST_SEEDS = 6
/** Weight wanted of an item: a share of all its seeds, within bounds (in sixteenths of a bit). */
const NEED = { share: 0.15, least: 16 * 24, most: 16 * 60, atMost: 0.3, ofQuestion: 0.5 }
/** Seeds further apart than this many words do not belong together. */
const GAP = 32

/** Neighbouring word pairs of all questions and options, and which of them point to which items. */
export interface SeedIndex {
  /** All pairs, rare or not: a run of known pairs is what longer n-grams can hide in. */
  pairs: NgramTable
  /** Items a pair points to: seedItems[seedStart[pair], seedStart[pair + 1]). */
  seedStart: Int32Array
  seedItems: Int32Array
  /** What a pair says about its items: log2(items / items with it), in sixteenths of a bit. */
  weight: Uint16Array
  /** Weight that must come together before an item is looked at closely, and how far apart its seeds may lie. */
  need: Uint16Array
  gap: Uint8Array
}

export function buildSeedIndex(items: PackedItems): SeedIndex {
  const texts = questionAndOptions(items)
  const pairs = buildNgramTable(texts, 2)
  const keep = seedsPerItem(texts, pairs)
  const seedStart = shared(Int32Array, pairs.grams + 1)
  for (const seeds of keep) for (const pair of seeds) seedStart[pair + 1]!++
  for (let pair = 0; pair < pairs.grams; pair++) seedStart[pair + 1]! += seedStart[pair] as number
  const seedItems = shared(Int32Array, seedStart[pairs.grams] as number)
  const next = seedStart.slice()
  const weight = pairWeights(items.count, pairs)
  const need = shared(Uint16Array, items.count)
  const gap = shared(Uint8Array, items.count)
  keep.forEach((seeds, item) => {
    let total = 0
    for (const pair of seeds) {
      seedItems[next[pair] as number] = item
      next[pair]!++
      total += weight[pair] as number
    }
    const wanted = Math.max(NEED.least, Math.min(NEED.most, NEED.share * total))
    const own = NEED.ofQuestion * questionWeight(texts, texts.questionOf[item] as number, pairs, weight)
    need[item] = Math.max(1, Math.round(Math.min(wanted, NEED.atMost * total, own)))
    gap[item] = Math.max(12, Math.min(GAP, seeds.length))
  })
  return { pairs, seedStart, seedItems, weight, need, gap }
}

/** Weight of the pairs of an item's question: asked without options, these are all there is. */
function questionWeight(texts: OwnedTexts, text: number, pairs: NgramTable, weight: Uint16Array): number {
  let sum = 0
  for (let at = texts.start[text] as number; at < (texts.start[text + 1] as number); at++) {
    const pair = pairs.gramAt[at] as number
    if (pair >= 0) sum += weight[pair] as number
  }
  return sum
}

function pairWeights(items: number, pairs: NgramTable): Uint16Array {
  const weight = shared(Uint16Array, pairs.grams)
  for (let pair = 0; pair < pairs.grams; pair++) {
    const within = (pairs.postingStart[pair + 1] as number) - (pairs.postingStart[pair] as number)
    weight[pair] = Math.round(16 * (2 + Math.log2(items / within)))
  }
  return weight
}

interface OwnedTexts {
  items: number
  start: Int32Array
  symbols: Uint32Array
  owner: Int32Array
  isQuestion: Uint8Array
  /** Text of each item's question. */
  questionOf: Int32Array
}

function questionAndOptions(items: PackedItems): OwnedTexts {
  const fields: number[] = []
  const owner: number[] = []
  const question: number[] = []
  const questionOf = new Int32Array(items.count)
  for (let item = 0; item < items.count; item++) {
    for (let f = items.itemField[item] as number; f < (items.itemField[item + 1] as number); f++) {
      if ((items.fieldKind[f] as number) > FIELD.option) continue
      if (items.fieldKind[f] === FIELD.question) questionOf[item] = fields.length
      fields.push(f)
      owner.push(item)
      question.push(items.fieldKind[f] === FIELD.question ? 1 : 0)
    }
  }
  return {
    items: items.count,
    ...gather(items, fields),
    owner: Int32Array.from(owner),
    isQuestion: Uint8Array.from(question),
    questionOf,
  }
}

/** The words of some fields, end to end. */
export function gather(items: PackedItems, fields: readonly number[]) {
  const start = new Int32Array(fields.length + 1)
  fields.forEach((f, i) => {
    const words = (items.fieldWord[f + 1] as number) - (items.fieldWord[f] as number)
    start[i + 1] = (start[i] as number) + words
  })
  const symbols = new Uint32Array(start[fields.length] as number)
  fields.forEach((f, i) =>
    symbols.set(items.word.subarray(items.fieldWord[f], items.fieldWord[f + 1]), start[i]),
  )
  return { start, symbols }
}

/**
 * Pairs of each item worth following, each once. Question and options are weighed apart: a question asked without
 * its options must be found by its own words.
 */
function seedsPerItem(texts: OwnedTexts, pairs: NgramTable): number[][] {
  const seeds = Array.from({ length: texts.items }, () => new Set<number>())
  const itemsOf = (pair: number) =>
    (pairs.postingStart[pair + 1] as number) - (pairs.postingStart[pair] as number)
  for (let text = 0; text < texts.owner.length; text++) {
    const all = new Set(pairs.gramAt.subarray(texts.start[text], texts.start[text + 1]))
    all.delete(-1)
    const rare = [...all].filter((pair) => itemsOf(pair) <= MOST_ITEMS)
    const enough = texts.isQuestion[text] === 1 ? LEAST_SEEDS : 0
    const kept =
      rare.length >= Math.min(enough, all.size)
        ? rare
        : [...all].sort((a, b) => itemsOf(a) - itemsOf(b) || a - b).slice(0, enough)
    for (const pair of kept) seeds[texts.owner[text] as number]?.add(pair)
  }
  return seeds.map((set) => [...set])
}

/** Where a turn may hold an item: its first and last seed, as word positions. */
export interface Candidate {
  item: number
  first: number
  last: number
}

/**
 * Collects seeds turn by turn. Positions run on from turn to turn (with a gap between), so that nothing has to be
 * cleared; an item's count starts anew when its last seed is too far behind.
 */
export class SeedCollector {
  readonly candidates: Candidate[] = []
  private readonly index: SeedIndex
  private readonly count: Int32Array
  private readonly lastAt: Float64Array
  private readonly firstAt: Float64Array
  private readonly open: Int32Array
  private base = GAP + 1
  private turnLength = 0

  constructor(index: SeedIndex, items: number) {
    this.index = index
    this.count = new Int32Array(items)
    this.lastAt = new Float64Array(items)
    this.firstAt = new Float64Array(items)
    this.open = new Int32Array(items)
  }

  startTurn(words: number): void {
    this.base += this.turnLength + GAP + 1
    this.turnLength = words
    this.candidates.length = 0
  }

  /** A known pair starts at word `at` of the turn. */
  seed(pair: number, at: number): void {
    const { seedStart, seedItems, need, gap } = this.index
    const weight = this.index.weight[pair] as number
    const { count, lastAt, firstAt } = this
    const place = this.base + at
    const end = seedStart[pair + 1] as number
    for (let s = seedStart[pair] as number; s < end; s++) {
      const item = seedItems[s] as number
      if (place - (lastAt[item] as number) > (gap[item] as number)) {
        count[item] = 0
        firstAt[item] = place
      }
      lastAt[item] = place
      const before = count[item] as number
      count[item] = before + weight
      if (before + weight < (need[item] as number)) continue
      if (before < (need[item] as number)) {
        this.open[item] = this.candidates.length
        this.candidates.push({ item, first: (firstAt[item] as number) - this.base, last: at })
      } else (this.candidates[this.open[item] as number] as Candidate).last = at
    }
  }
}

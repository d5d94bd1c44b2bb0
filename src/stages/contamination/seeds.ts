import { buildNgramTable, findGram } from '../../text/ngram-table.ts'
import type { NgramTable } from '../../text/ngram-table.ts'
import { NO_WORD } from '../../text/cover.ts'
import { shared } from '../../text/shared.ts'
import { FIELD } from './items.ts'
import type { PackedItems } from './items.ts'

/** A pair of neighbouring words that stands in more items than this says nothing about any of them… */
const MOST_ITEMS = 16
/** …unless a question has few better ones: then its rarest are kept, up to this many items each. */
const LEAST_SEEDS = 4
const MOST_ITEMS_OF_FEW = 128
/** Weight wanted of an item: a share of all its seeds, within bounds (in sixteenths of a bit). */
const NEED = { share: 0.15, least: 16 * 24, most: 16 * 60, atMost: 0.3, ofQuestion: 0.5 }
/** Seeds further apart than this many words do not belong together. */
const GAP = 32

/** Neighbouring word pairs of all questions, options and passages, and which of them point to which items. */
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
  const texts = pairTexts(items)
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
    const own = NEED.ofQuestion * questionWeight(texts, item, { pairs, weight, seeds })
    need[item] = Math.max(1, Math.round(Math.min(wanted, NEED.atMost * total, own)))
    gap[item] = Math.max(12, Math.min(GAP, seeds.length))
  })
  return { pairs, seedStart, seedItems, weight, need, gap }
}

/** Weight of the seeds of an item's question: asked without its options, these are all there is. */
function questionWeight(
  texts: OwnedTexts,
  item: number,
  known: { pairs: NgramTable; weight: Uint16Array; seeds: readonly number[] },
): number {
  const kept = new Set(known.seeds)
  let sum = 0
  for (const pair of partPairs(texts, known.pairs, texts.questionOf[item] as number)) {
    if (kept.has(pair)) sum += known.weight[pair] as number
  }
  return sum === 0 ? Infinity : sum
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
  /** Texts of the pair table: each item's question with its options, and each passage. */
  start: Int32Array
  symbols: Uint32Array
  owner: Int32Array
  /** Questions and options among them: part p is symbols [partStart[p], partEnd[p]) of item partOwner[p]. */
  partStart: number[]
  partEnd: number[]
  partOwner: number[]
  /** Part of each item's question. */
  questionOf: Int32Array
}

/**
 * Everything n-grams of any method can lie in. Pairs across the end of a question or option are known pairs too,
 * because the published rules compare question and options as one text, but they are no seeds.
 */
function pairTexts(items: PackedItems): OwnedTexts {
  const fields: number[] = []
  const texts: number[] = [0]
  const owner: number[] = []
  const parts = { partStart: [] as number[], partEnd: [] as number[], partOwner: [] as number[] }
  const questionOf = new Int32Array(items.count)
  let words = 0
  for (let item = 0; item < items.count; item++) {
    for (let f = items.itemField[item] as number; f < (items.itemField[item + 1] as number); f++) {
      const kind = items.fieldKind[f] as number
      if (kind === FIELD.answer) continue
      const length = (items.fieldWord[f + 1] as number) - (items.fieldWord[f] as number)
      fields.push(f)
      if (kind === FIELD.option) texts[texts.length - 1] = words + length
      else {
        texts.push(words + length)
        owner.push(item)
      }
      if (kind !== FIELD.context) {
        if (kind === FIELD.question) questionOf[item] = parts.partOwner.length
        parts.partStart.push(words)
        parts.partEnd.push(words + length)
        parts.partOwner.push(item)
      }
      words += length
    }
  }
  const { symbols } = gather(items, fields)
  return {
    ...{ items: items.count, start: Int32Array.from(texts), symbols, owner: Int32Array.from(owner) },
    ...{ ...parts, questionOf },
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
  texts.partOwner.forEach((item, part) => {
    const all = new Set(partPairs(texts, pairs, part))
    const rare = [...all].filter((pair) => itemsOf(pair) <= MOST_ITEMS)
    const few = texts.questionOf[item] === part && rare.length < LEAST_SEEDS
    const kept = few
      ? [...all]
          .filter((pair) => itemsOf(pair) <= MOST_ITEMS_OF_FEW)
          .sort((x, y) => itemsOf(x) - itemsOf(y) || x - y)
          .slice(0, LEAST_SEEDS)
      : rare
    for (const pair of kept) seeds[item]?.add(pair)
  })
  return seeds.map((set) => [...set])
}

/** Pairs inside a question or an option. */
function partPairs(texts: OwnedTexts, pairs: NgramTable, part: number): Int32Array {
  const start = texts.partStart[part] as number
  return pairs.gramAt.subarray(start, Math.max(start, (texts.partEnd[part] as number) - 1))
}

/** Known pairs of an example: the pair that starts at each word (−1 where none), and how many words in a row end there. */
export interface Links {
  pair: Int32Array
  run: Int32Array
}

/** Looks up every pair of neighbouring words, turn by turn; all methods work on the answer. */
export class Linker {
  readonly links: Links = { pair: new Int32Array(4096), run: new Int32Array(4096) }
  private readonly pairs: NgramTable

  constructor(index: SeedIndex) {
    this.pairs = index.pairs
  }

  link(symbols: Uint32Array, turns: number, turnFrom: Int32Array): Links {
    const words = turnFrom[turns] as number
    const { links } = this
    if (links.pair.length < words) {
      links.pair = new Int32Array(2 * words)
      links.run = new Int32Array(2 * words)
    }
    for (let turn = 0; turn < turns; turn++) {
      this.turn(symbols, turnFrom[turn] as number, turnFrom[turn + 1] as number)
    }
    return links
  }

  private turn(symbols: Uint32Array, from: number, to: number): void {
    const { pair, run } = this.links
    let known = 0
    for (let w = from; w < to; w++) {
      pair[w] = -1
      if (symbols[w] === NO_WORD) known = 0
      else if (known > 0) {
        const found = findGram(this.pairs, symbols, w - 1)
        pair[w - 1] = found
        known = found < 0 ? 1 : known + 1
      } else known = 1
      run[w] = known
    }
  }
}

/** Where a turn may hold an item: its first and last seed, as word positions. */
export interface Candidate {
  item: number
  first: number
  last: number
}

/** Numbers kept for each item while seeds are collected, side by side so that one cache line holds them. */
const STATE = { lastAt: 0, weight: 1, firstAt: 2, open: 3, size: 4 } as const
/** Positions are counted up to here before they start anew. */
const MOST_POSITIONS = 1 << 30

/**
 * Collects seeds turn by turn. Positions run on from turn to turn (with a gap between), so that nothing has to be
 * cleared; an item's weight starts anew when its last seed is too far behind.
 */
export class SeedCollector {
  readonly candidates: Candidate[] = []
  private readonly index: SeedIndex
  private readonly state: Int32Array
  private base = GAP + 1
  private turnLength = 0

  constructor(index: SeedIndex, items: number) {
    this.index = index
    this.state = new Int32Array(items * STATE.size)
  }

  startTurn(words: number): void {
    this.base += this.turnLength + GAP + 1
    if (this.base + words > MOST_POSITIONS) {
      this.state.fill(0)
      this.base = GAP + 1
    }
    this.turnLength = words
    this.candidates.length = 0
  }

  /** A known pair starts at word `at` of the turn. */
  seed(pair: number, at: number): void {
    const { seedStart, seedItems } = this.index
    const end = seedStart[pair + 1] as number
    let s = seedStart[pair] as number
    if (s === end) return
    const weight = this.index.weight[pair] as number
    const place = this.base + at
    for (; s < end; s++) this.add(seedItems[s] as number, place, weight)
  }

  private add(item: number, place: number, weight: number): void {
    const { state } = this
    const { need, gap } = this.index
    const slot = item * STATE.size
    let before = state[slot + STATE.weight] as number
    if (place - (state[slot] as number) > (gap[item] as number)) {
      before = 0
      state[slot + STATE.firstAt] = place
    }
    state[slot] = place
    state[slot + STATE.weight] = before + weight
    const wanted = need[item] as number
    if (before + weight < wanted) return
    if (before < wanted) {
      state[slot + STATE.open] = this.candidates.length
      const first = (state[slot + STATE.firstAt] as number) - this.base
      this.candidates.push({ item, first, last: place - this.base })
    } else (this.candidates[state[slot + STATE.open] as number] as Candidate).last = place - this.base
  }
}

import { buildNgramTable, gramCheck, gramSlot } from '../../text/ngram-table.ts'
import type { NgramTable } from '../../text/ngram-table.ts'
import { NO_WORD } from '../../text/cover.ts'
import { shared } from '../../text/shared.ts'
import { FIELD } from './items.ts'
import type { PackedItems } from './items.ts'

/** A pair of neighbouring words that stands in more items than this says nothing about any of them… */
const MOST_ITEMS = 12
/** …unless a question has few better ones: then its rarest are kept, up to this many items each. */
const LEAST_SEEDS = 4
const MOST_ITEMS_OF_FEW = 128
/** Longer questions are found by a part of their pairs. */
const ENOUGH_SEEDS = 24
/** Weight wanted of an item: a share of all its seeds, within bounds (in sixteenths of a bit). */
const NEED = { share: 0.15, least: 16 * 24, most: 16 * 60, atMost: 0.3, ofQuestion: 0.5 }
/** Seeds further apart than this many words do not belong together. */
const GAP = 32

/** Neighbouring word pairs of all questions, options and passages, and which of them point to which items. */
export interface SeedIndex {
  /** Bits of all known pairs, rare or not: longer n-grams can only lie in runs of them. A few bits are wrong. */
  known: Uint32Array
  knownShift: number
  /** Pairs that are seeds, by open addressing: 32 bits that confirm the pair, and where its seeds stand (0 = empty). */
  cells: Uint32Array
  /** At that place: number of items, weight of the pair (sixteenths of a bit), then the items. */
  seeds: Int32Array
  /** Per item: weight that must come together before it is looked at, and how far apart its seeds may lie. */
  need: Int32Array
}

export function buildSeedIndex(items: PackedItems): SeedIndex {
  const texts = pairTexts(items)
  const pairs = buildNgramTable(texts, 2)
  const keep = seedsPerItem(texts, pairs)
  const weight = pairWeights(items.count, pairs)
  const need = shared(Int32Array, 2 * items.count)
  const itemsOf = Array.from({ length: pairs.grams }, () => [] as number[])
  keep.forEach((seeds, item) => {
    let total = 0
    for (const pair of seeds) {
      itemsOf[pair]?.push(item)
      total += weight[pair] as number
    }
    const wanted = Math.max(NEED.least, Math.min(NEED.most, NEED.share * total))
    const own = NEED.ofQuestion * questionWeight(texts, item, { pairs, weight, seeds })
    need[2 * item] = Math.max(1, Math.round(Math.min(wanted, NEED.atMost * total, own)))
    need[2 * item + 1] = Math.max(12, Math.min(GAP, seeds.length))
  })
  const { filter: known, filterShift: knownShift } = pairs
  return { known, knownShift, ...seedTable(texts, { pairs, weight, itemsOf }), need }
}

/** Seeds in a table of their own: it holds what a hit needs side by side, and stays small. */
function seedTable(
  texts: OwnedTexts,
  { pairs, weight, itemsOf }: { pairs: NgramTable; weight: Uint16Array; itemsOf: readonly number[][] },
): { cells: Uint32Array; seeds: Int32Array } {
  const used = itemsOf.filter((list) => list.length > 0)
  let slots = 1024
  while (slots < used.length * 1.6) slots *= 2
  const cells = shared(Uint32Array, 2 * slots)
  const seeds = shared(Int32Array, 1 + used.reduce((sum, list) => sum + 2 + list.length, 0))
  const placed = new Uint8Array(pairs.grams)
  let next = 1
  for (let at = 0; at < texts.symbols.length; at++) {
    const pair = pairs.gramAt[at] as number
    const list = itemsOf[pair] ?? []
    if (pair < 0 || placed[pair] === 1 || list.length === 0) continue
    placed[pair] = 1
    const cell = seedCell(cells, gramSlot(texts.symbols, at, 2), gramCheck(texts.symbols, at, 2))
    cells[cell] = gramCheck(texts.symbols, at, 2)
    cells[cell + 1] = next
    seeds.set([list.length, weight[pair] as number, ...list], next)
    next += 2 + list.length
  }
  return { cells, seeds }
}

/** The cell of a pair, or the empty one where it would be. */
function seedCell(cells: Uint32Array, slot: number, confirm: number): number {
  const mask = cells.length - 2
  let cell = (slot << 1) & mask
  while (cells[cell + 1] !== 0 && cells[cell] !== confirm) cell = (cell + 2) & mask
  return cell
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
    for (const pair of thinned(kept)) seeds[item]?.add(pair)
  })
  return seeds.map((set) => [...set])
}

/** A long question has more pairs than it needs: every third of them, evenly spread, finds it as well. */
function thinned(kept: readonly number[]): readonly number[] {
  if (kept.length <= ENOUGH_SEEDS) return kept
  const third = kept.filter((pair) => Math.imul(pair + 1, 0x9e3779b1) >>> 0 < 0x55555555)
  return third.length >= ENOUGH_SEEDS / 2 ? third : kept
}

/** Pairs inside a question or an option. */
function partPairs(texts: OwnedTexts, pairs: NgramTable, part: number): Int32Array {
  const start = texts.partStart[part] as number
  return pairs.gramAt.subarray(start, Math.max(start, (texts.partEnd[part] as number) - 1))
}

/** Known pairs of an example: where the seeds of the pair at each word stand (0 = none), and how many words in a row end there. */
export interface Links {
  seed: Int32Array
  run: Int32Array
}

/** Looks up every pair of neighbouring words, turn by turn; all methods work on the answer. */
export class Linker {
  readonly links: Links = { seed: new Int32Array(4096), run: new Int32Array(4096) }
  private readonly index: SeedIndex

  constructor(index: SeedIndex) {
    this.index = index
  }

  link(symbols: Uint32Array, turns: number, turnFrom: Int32Array): Links {
    const words = turnFrom[turns] as number
    const { links } = this
    if (links.seed.length < words) {
      links.seed = new Int32Array(2 * words)
      links.run = new Int32Array(2 * words)
    }
    for (let turn = 0; turn < turns; turn++) {
      this.turn(symbols, turnFrom[turn] as number, turnFrom[turn + 1] as number)
    }
    return links
  }

  private turn(symbols: Uint32Array, from: number, to: number): void {
    const { seed, run } = this.links
    const { known, knownShift, cells } = this.index
    let words = 0
    for (let w = from; w < to; w++) {
      seed[w] = 0
      if (symbols[w] === NO_WORD) words = 0
      else if (words > 0) {
        const slot = gramSlot(symbols, w - 1, 2)
        const bit = Math.imul(slot, 0x9e3779b1) >>> knownShift
        if ((((known[bit >>> 5] as number) >>> (bit & 31)) & 1) === 1) {
          words++
          seed[w - 1] = cells[seedCell(cells, slot, gramCheck(symbols, w - 1, 2)) + 1] as number
        } else words = 1
      } else words = 1
      run[w] = words
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

  /** The pair at word `at` of the turn has its seeds at `place` of the index. */
  seed(place: number, at: number): void {
    const { seeds } = this.index
    const weight = seeds[place + 1] as number
    const end = place + 2 + (seeds[place] as number)
    for (let s = place + 2; s < end; s++) this.add(seeds[s] as number, this.base + at, weight)
  }

  private add(item: number, place: number, weight: number): void {
    const { state } = this
    const { need } = this.index
    const slot = item * STATE.size
    let before = state[slot + STATE.weight] as number
    if (place - (state[slot] as number) > (need[2 * item + 1] as number)) {
      before = 0
      state[slot + STATE.firstAt] = place
    }
    state[slot] = place
    state[slot + STATE.weight] = before + weight
    const wanted = need[2 * item] as number
    if (before + weight < wanted) return
    if (before < wanted) {
      state[slot + STATE.open] = this.candidates.length
      const first = (state[slot + STATE.firstAt] as number) - this.base
      this.candidates.push({ item, first, last: place - this.base })
    } else (this.candidates[state[slot + STATE.open] as number] as Candidate).last = place - this.base
  }
}

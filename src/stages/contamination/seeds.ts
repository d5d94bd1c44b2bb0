import { buildNgramTable } from '../../text/ngram-table.ts'
import type { NgramTable } from '../../text/ngram-table.ts'
import { buildGramFilter } from '../../text/gram-filter.ts'
import type { GramFilter } from '../../text/gram-filter.ts'
import { CONSTANTS } from '../../text/kernels/layouts.ts'
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
const GAP = CONSTANTS.SEED_GAP
/** Grams of this many words are looked for before any rule looks for longer ones. */
export const PART = CONSTANTS.GRAM_PART

/** Neighbouring word pairs of all questions, options and passages, and which of them point to which items. */
export interface SeedIndex {
  /** Bits of the pairs that are seeds, by the top bits of their hash: most others end here. */
  filter: Uint32Array
  filterShift: number
  /** Pairs that are seeds, by open addressing: 32 bits that confirm the pair, and where its seeds stand (0 = empty). */
  cells: Uint32Array
  /** At that place: number of items, weight of the pair (sixteenths of a bit), then the items. */
  seeds: Int32Array
  /** Per item: weight that must come together before it is looked at, and how far apart its seeds may lie. */
  need: Int32Array
  /** Runs of five words of all these texts: longer n-grams can only lie where these follow each other. */
  parts: GramFilter
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
  const table = seedTable(texts, { pairs, weight, itemsOf })
  const filter = pairFilter(texts, pairs, itemsOf)
  return { ...table, ...filter, need, parts: buildGramFilter(texts, PART) }
}

/** Of the hash of two neighbouring words the top bits say where to look, the lowest which bits must be set. */
export function pairHash(first: number, second: number): number {
  const h = Math.imul(Math.imul(first, 0x9e3779b1) ^ second, 0x85ebca6b)
  return Math.imul(h ^ (h >>> 15), 0xc2b2ae35)
}

/** Confirms what `pairHash` found: the two together tell pairs of words apart. */
export function pairCheck(first: number, second: number): number {
  const h = Math.imul(first + 0x7f4a7c15, 0xcc9e2d51)
  return Math.imul(((h << 13) | (h >>> 19)) ^ second, 0x1b873593) >>> 0
}

function pairFilter(texts: OwnedTexts, pairs: NgramTable, itemsOf: readonly number[][]) {
  const seeds = itemsOf.reduce((sum, list) => sum + Math.min(1, list.length), 0)
  let size = 15
  while (1 << size < 8 * seeds && size < 30) size++
  const filterShift = 32 - size
  const filter = shared(Uint32Array, 1 << (size - 5))
  for (let at = 0; at < texts.symbols.length; at++) {
    const pair = pairs.gramAt[at] as number
    if (pair < 0 || (itemsOf[pair] as number[]).length === 0) continue
    const bit = pairHash(texts.symbols[at] as number, texts.symbols[at + 1] as number) >>> filterShift
    filter[bit >>> 5]! |= 1 << (bit & 31)
  }
  return { filter, filterShift }
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
    const [first, second] = [texts.symbols[at] as number, texts.symbols[at + 1] as number]
    const confirm = pairCheck(first, second)
    const cell = seedCell(cells, pairHash(first, second), confirm)
    cells[cell] = confirm
    cells[cell + 1] = next
    seeds.set([list.length, weight[pair] as number, ...list], next)
    next += 2 + list.length
  }
  return { cells, seeds }
}

/** The cell of a pair, or the empty one where it would be. */
export function seedCell(cells: Uint32Array, hash: number, confirm: number): number {
  const mask = cells.length - 2
  let cell = (hash << 1) & mask
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

import { BASE, put32, u32At } from './hash'
import { longRuns } from './runs'

/** Seeds further apart than this many words do not belong together. */
export const SEED_GAP: u32 = 32
/** Grams of this many words are looked for before any rule looks for longer ones. */
export const GRAM_PART: u32 = 5
/** So many of these in a row hold the shortest gram of any rule on words, which has 8. */
export const LEAST_ROW: u32 = 4
/** How many words farther than it is long a question may reach beyond its seeds. */
export const AROUND: u32 = 8
/** u32 values of a cell of the word table, of an item's state, of a candidate. */
export const WORD_CELL: u32 = 4
export const ITEM_STATE: u32 = 4
export const CANDIDATE: u32 = 4
/** u32 values of what a candidate is held against. */
export const ITEM_ASK: u32 = 8

const FILTER_MIX: u32 = 0x85ebca6b
const CHECK_SHIFT: u32 = 0x7f4a7c15
/** What a word that stands in no item has for a number. */
const NO_WORD: u32 = 0xffffffff
/** Positions are counted up to here before they start anew. */
const MOST_POSITIONS: u32 = 1 << 30
/** In an item's state: the weight wanted times 64, and how far apart its seeds may lie. */
const GAP_BITS: u32 = 6

/** What the items of all benchmarks are looked up by, and one batch of words; arrays of u32. */
@unmanaged
export class ItemScan {
  /** A cell a word: hash, number + 1 (0 = empty), example it was last seen in, examples with it; mask over bytes. */
  words: usize
  wordMask: u32
  example: u32
  /** Bits of the pairs that are seeds, by the top bits of their hash. */
  filter: usize
  filterShift: u32
  /** Pairs that are seeds: what confirms the pair, and its place among the seeds (0 = empty); mask over bytes. */
  pairs: usize
  pairMask: u32
  /** At a place: number of items, weight of the pair, then the items. */
  seeds: usize
  /** Bits of all grams of GRAM_PART words. */
  grams: usize
  gramShift: u32
  /**
   * A state an item: where its last seed stood; the weight so far; its first seed or, once it is a candidate, which one;
   * weight wanted and gap allowed.
   */
  states: usize
  items: u32
  /**
   * Words of all items; of each where its question begins and how many words that has, how far before the first seed
   * they may lie, and how many must be there. Behind them stand its options: how many words they have, how many of those
   * make up for a question that is not there (0 = none do), how far behind the last seed they may lie, and the rarest,
   * which is looked for first.
   */
  questions: usize
  asks: usize
  /** Per number of a word: the candidate whose question it was last seen in, and how often it stands there. */
  asked: usize
  times: usize
  ask: u32
  /** Positions of the turn begin here: they run on from turn to turn, so that no state has to be cleared. */
  base: u32
  /** Hashes of the words of a batch, and their numbers (all bits set: in no item). */
  hash: usize
  symbols: usize
  /** The longest row of grams of each turn that may stand in an item, if it has LEAST_ROW; then per word the row up to it. */
  runs: usize
  longest: usize
  /** Example e has the turns, turn t the words, from the number here to the next. */
  exampleTurn: usize
  turnWord: usize
  /** Scratch as long as the longest turn: words at which a seed may begin, and the hash, then the place, of their pairs. */
  at: usize
  place: usize
  /** Turn, item, first and last seed, as words of the turn. */
  candidates: usize
  candidateCount: u32
  candidateRoom: u32
}

/** Numbers the words of examples [from, to) and counts each once an example. */
export function numberWords(s: ItemScan, from: u32, to: u32): void {
  const cells = s.words
  for (let e = from; e < to; e++) {
    const example = ++s.example
    const end = u32At(s.turnWord, u32At(s.exampleTurn, e + 1))
    for (let w = u32At(s.turnWord, u32At(s.exampleTurn, e)); w < end; w++) {
      const hash = u32At(s.hash, w)
      let cell = cells + <usize>((hash << 4) & s.wordMask)
      while (load<u32>(cell) != hash && load<u32>(cell, 4) != 0) {
        cell = cells + <usize>((<u32>(cell - cells) + 16) & s.wordMask)
      }
      put32(s.symbols, w, load<u32>(cell, 4) - 1)
      store<u32>(cell, load<u32>(cell, 12) + u32(load<u32>(cell, 8) != example), 12)
      store<u32>(cell, example, 8)
    }
  }
}

/**
 * Looks up the pairs and grams of turns [from, to), and adds up the seeds of each item.
 * @returns the turn whose candidates found no room (those before it are complete; it may be asked for again), or `to`.
 */
export function linkTurns(s: ItemScan, from: u32, to: u32): u32 {
  for (let t = from; t < to; t++) {
    const first = u32At(s.turnWord, t)
    const length = u32At(s.turnWord, t + 1) - first
    s.base += SEED_GAP + 1
    if (s.base + length > MOST_POSITIONS) restart(s)
    const symbols = s.symbols + ((<usize>first) << 2)
    const runs = s.runs + ((<usize>first) << 2)
    put32(s.longest, t, longRuns(symbols, length, GRAM_PART, LEAST_ROW, s.grams, s.gramShift, runs))
    const seeds = resolve(s, symbols, filtered(s, symbols, length))
    const known = s.candidateCount
    const fits = collect(s, t, seeds)
    s.base += length
    if (fits) s.candidateCount = keepLikely(s, known, symbols, length)
    if (fits) continue
    s.candidateCount = known
    return t
  }
  return to
}

function restart(s: ItemScan): void {
  for (let i: u32 = 0; i < s.items; i++) {
    const state = s.states + ((<usize>i) << 4)
    store<u32>(state, 0, 0)
    store<u32>(state, 0, 4)
    store<u32>(state, 0, 8)
  }
  s.base = SEED_GAP + 1
}

// @ts-ignore: decorator
@inline
function pairHash(first: u32, second: u32): u32 {
  const h = ((first * BASE) ^ second) * FILTER_MIX
  return (h ^ (h >> 15)) * 0xc2b2ae35
}

// @ts-ignore: decorator
@inline
function pairCheck(first: u32, second: u32): u32 {
  const h = (first + CHECK_SHIFT) * 0xcc9e2d51
  return (((h << 13) | (h >> 19)) ^ second) * 0x1b873593
}

/** Notes the pairs that may be seeds; returns how many there are. */
function filtered(s: ItemScan, symbols: usize, length: u32): u32 {
  const filter = s.filter
  const shift = s.filterShift
  const at = s.at
  const place = s.place
  let n: u32 = 0
  for (let w: u32 = 1; w < length; w++) {
    const h = pairHash(u32At(symbols, w - 1), u32At(symbols, w))
    const bit = h >> shift
    put32(at, n, w - 1)
    put32(place, n, h)
    n += (u32At(filter, bit >> 5) >> (bit & 31)) & 1
  }
  return n
}

/** Keeps those that are seeds, and says where their items stand. */
function resolve(s: ItemScan, symbols: usize, n: u32): u32 {
  const pairs = s.pairs
  const mask = s.pairMask
  let kept: u32 = 0
  for (let i: u32 = 0; i < n; i++) {
    const w = u32At(s.at, i)
    const confirm = pairCheck(u32At(symbols, w), u32At(symbols, w + 1))
    let cell = pairs + <usize>((u32At(s.place, i) << 3) & mask)
    while (load<u32>(cell, 4) != 0 && load<u32>(cell) != confirm) {
      cell = pairs + <usize>((<u32>(cell - pairs) + 8) & mask)
    }
    const found = load<u32>(cell, 4)
    put32(s.at, kept, w)
    put32(s.place, kept, found)
    kept += u32(found != 0)
  }
  return kept
}

/** Adds the turn's seeds up item by item; false where its candidates find no room. */
function collect(s: ItemScan, turn: u32, n: u32): bool {
  for (let i: u32 = 0; i < n; i++) {
    let seed = s.seeds + ((<usize>u32At(s.place, i)) << 2)
    const at = u32At(s.at, i)
    const position = s.base + at
    const weight = load<u32>(seed, 4)
    const last = seed + 8 + ((<usize>load<u32>(seed)) << 2)
    for (seed += 8; seed < last; seed += 4) {
      const item = load<u32>(seed)
      const state = s.states + ((<usize>item) << 4)
      const wanted = load<u32>(state, 12)
      let before = load<u32>(state, 4)
      if (position - load<u32>(state) > (wanted & 63)) {
        before = 0
        store<u32>(state, position, 8)
      }
      store<u32>(state, position)
      store<u32>(state, before + weight, 4)
      if (before + weight < wanted >> GAP_BITS) continue
      if (before < wanted >> GAP_BITS) {
        if (s.candidateCount == s.candidateRoom) return false
        open(s, turn, item, state)
      }
      put32(s.candidates + ((<usize>load<u32>(state, 8)) << 4), 3, at)
    }
  }
  return true
}

function open(s: ItemScan, turn: u32, item: u32, state: usize): void {
  const number = s.candidateCount++
  const candidate = s.candidates + ((<usize>number) << 4)
  store<u32>(candidate, turn)
  store<u32>(candidate, item, 4)
  store<u32>(candidate, load<u32>(state, 8) - s.base, 8)
  store<u32>(state, number, 8)
}

/** Keeps candidates, from number `from` on, of whose question or options enough words stand around the seeds; returns how many there are. */
function keepLikely(s: ItemScan, from: u32, symbols: usize, length: u32): u32 {
  let kept = from
  for (let i = from; i < s.candidateCount; i++) {
    const candidate = s.candidates + ((<usize>i) << 4)
    if (!likely(s, candidate, symbols, length)) continue
    if (kept < i) memory.copy(s.candidates + ((<usize>kept) << 4), candidate, CANDIDATE << 2)
    kept++
  }
  return kept
}

/** Stand enough words of the question, in whatever order, where it may lie, or else those of all options? */
function likely(s: ItemScan, candidate: usize, symbols: usize, length: u32): bool {
  const ask = s.asks + ((<usize>load<u32>(candidate, 4)) << 5)
  const question = load<u32>(ask)
  const own = load<u32>(ask, 4)
  const reach = load<u32>(ask, 8)
  const first = load<u32>(candidate, 8)
  const last = load<u32>(candidate, 12)
  const from = first > reach ? first - reach : 0
  mark(s, question, own)
  if (holds(s, symbols, from, min(length, last + own + AROUND), load<u32>(ask, 12))) return true
  const wanted = load<u32>(ask, 20)
  if (wanted == 0) return false
  const end = min(length, last + load<u32>(ask, 24))
  if (!stands(symbols, from, end, load<u32>(ask, 28))) return false
  mark(s, question + own, load<u32>(ask, 16))
  return holds(s, symbols, from, end, wanted)
}

function stands(symbols: usize, from: u32, to: u32, wanted: u32): bool {
  for (let r = from; r < to; r++) if (u32At(symbols, r) == wanted) return true
  return false
}

/** Stand so many of the marked words among words [from, to)? */
function holds(s: ItemScan, symbols: usize, from: u32, to: u32, wanted: u32): bool {
  let missing = <i32>wanted
  for (let r = from; r < to && missing > 0; r++) {
    const word = u32At(symbols, r)
    if (word == NO_WORD || u32At(s.asked, word) != s.ask) continue
    missing -= <i32>u32At(s.times, word)
    put32(s.asked, word, 0)
  }
  return missing <= 0
}

/** Marks words of an item, each with how often it stands there. */
function mark(s: ItemScan, from: u32, length: u32): void {
  const ask = ++s.ask
  for (let q = from; q < from + length; q++) {
    const word = u32At(s.questions, q)
    const times: u32 = u32At(s.asked, word) == ask ? u32At(s.times, word) : 0
    put32(s.asked, word, ask)
    put32(s.times, word, times + 1)
  }
}

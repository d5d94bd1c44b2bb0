import { shared } from './shared.ts'

/**
 * A table of all n-grams of a set of texts (token ids or word hashes), with the texts each gram stands in.
 * Built once, packed into SharedArrayBuffers, read by every worker.
 */
export interface NgramTable {
  n: number
  /** Distinct grams. */
  grams: number
  /** Bits in front of the slots, so that a miss costs one load; the bit number is the top bits of a mix. */
  filter: Uint32Array
  filterShift: number
  /** Open addressing in pairs: 32 bits that confirm the gram, and its number + 1 (0 = empty). */
  cells: Uint32Array
  /** Texts of gram g, ascending and distinct: postings [postingStart[g], postingStart[g + 1]). */
  postingStart: Int32Array
  postings: Int32Array
  /** As long as the indexed symbols: the gram that starts there, −1 where none does. */
  gramAt: Int32Array
}

/** Texts end to end: text i is symbols [start[i], start[i + 1]). */
export interface Texts {
  start: Int32Array
  symbols: Uint32Array
  /** What postings name instead of the text's number (several texts may belong to one item); ascending. */
  owner?: Int32Array
}

/** First of two independent 32-bit hashes of symbols [at, at + n): where the gram is looked for. */
export function gramSlot(symbols: Uint32Array, at: number, n: number): number {
  let h = 0x9e3779b1
  for (let i = at; i < at + n; i++) {
    h = Math.imul(h ^ (symbols[i] as number), 0x85ebca6b)
    h ^= h >>> 15
  }
  h = Math.imul(h, 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** The second: what confirms it. Together 64 bits, so that distinct grams stay distinct. */
export function gramCheck(symbols: Uint32Array, at: number, n: number): number {
  let h = 0x7f4a7c15
  for (let i = at; i < at + n; i++) {
    h = Math.imul(h + (symbols[i] as number), 0xcc9e2d51)
    h = ((h << 13) | (h >>> 19)) ^ 0x1b873593
  }
  return (h ^ (h >>> 15)) >>> 0
}

/**
 * Builds the table. `dropLast` grams at the end of each text are left out (the published rule of swiss-ai loses
 * exactly one); texts shorter than n have none.
 */
export function buildNgramTable(texts: Texts, n: number, dropLast = 0): NgramTable {
  const { start, symbols } = texts
  const hashes: Hashes = { slot: new Uint32Array(symbols.length), check: new Uint32Array(symbols.length) }
  const gramAt = shared(Int32Array, symbols.length).fill(-1)
  const places = new Int32Array(symbols.length)
  let count = 0
  for (let text = 0; text < start.length - 1; text++) {
    const end = (start[text + 1] as number) - n + 1 - dropLast
    for (let at = start[text] as number; at < end; at++) {
      hashes.slot[at] = gramSlot(symbols, at, n)
      hashes.check[at] = gramCheck(symbols, at, n)
      places[count++] = at
    }
  }
  const first = numberGrams(places.subarray(0, count), hashes, gramAt)
  const { cells, filter, filterShift } = compact(first, hashes)
  const { postingStart, postings } = buildPostings(texts, gramAt, first.length)
  return { n, grams: first.length, filter, filterShift, cells, postingStart, postings, gramAt }
}

/** Both hashes of the gram that starts at each symbol. */
interface Hashes {
  slot: Uint32Array
  check: Uint32Array
}

/** Grams between two looks ahead: the cells of so many are brought near at once, instead of one wait for each. */
const AHEAD = 512

/** Numbers grams in order of first appearance, into `gramAt`; returns where each stands first. */
function numberGrams(places: Int32Array, { slot, check }: Hashes, gramAt: Int32Array): Int32Array {
  // The number of distinct grams is known only at the end, so the table may be too large.
  const cells = new Uint32Array(2 * tableSize(places.length))
  const mask = cells.length - 2
  const first = new Int32Array(places.length)
  let grams = 0
  for (let from = 0; from < places.length; from += AHEAD) {
    const to = Math.min(places.length, from + AHEAD)
    for (let i = from; i < to; i++) {
      const at = places[i] as number
      gramAt[at] = cells[((slot[at] as number) << 1) & mask] as number
    }
    for (let i = from; i < to; i++) {
      const at = places[i] as number
      const confirm = check[at] as number
      let cell = ((slot[at] as number) << 1) & mask
      while (cells[cell + 1] !== 0 && cells[cell] !== confirm) cell = (cell + 2) & mask
      if (cells[cell + 1] === 0) {
        first[grams++] = at
        cells[cell] = confirm
        cells[cell + 1] = grams
      }
      gramAt[at] = (cells[cell + 1] as number) - 1
    }
  }
  return first.slice(0, grams)
}

/** The final table and its filter, as small as the number of grams allows: both should stay in the cache. */
function compact(first: Int32Array, { slot, check }: Hashes) {
  const cells = shared(Uint32Array, 2 * tableSize(first.length))
  const mask = cells.length - 2
  let bits = 10
  while (1 << bits < first.length * 8 && bits < 30) bits++
  const filterShift = 32 - bits
  const filter = shared(Uint32Array, 1 << (bits - 5))
  for (let gram = 0; gram < first.length; gram++) {
    const at = first[gram] as number
    const hash = slot[at] as number
    let cell = (hash << 1) & mask
    while (cells[cell + 1] !== 0) cell = (cell + 2) & mask
    cells[cell] = check[at] as number
    cells[cell + 1] = gram + 1
    const bit = Math.imul(hash, 0x9e3779b1) >>> filterShift
    filter[bit >>> 5]! |= 1 << (bit & 31)
  }
  return { cells, filter, filterShift }
}

/** Number of the gram at symbols [at, at + n), or −1. The caller sees to it that these lie inside one text. */
export function findGram(table: NgramTable, symbols: Uint32Array, at: number): number {
  const { n, filter, cells } = table
  const hash = gramSlot(symbols, at, n)
  const bit = Math.imul(hash, 0x9e3779b1) >>> table.filterShift
  if ((((filter[bit >>> 5] as number) >>> (bit & 31)) & 1) === 0) return -1
  const confirm = gramCheck(symbols, at, n)
  const mask = cells.length - 2
  let cell = (hash << 1) & mask
  while (cells[cell + 1] !== 0) {
    if (cells[cell] === confirm) return (cells[cell + 1] as number) - 1
    cell = (cell + 2) & mask
  }
  return -1
}

/** Texts per gram are counted, then filled text by text, so that each list is ascending. */
function buildPostings(texts: Texts, gramAt: Int32Array, grams: number) {
  const postingStart = shared(Int32Array, grams + 1)
  eachPosting(texts, gramAt, grams, (gram) => postingStart[gram + 1]!++)
  for (let gram = 0; gram < grams; gram++) postingStart[gram + 1]! += postingStart[gram] as number
  const postings = shared(Int32Array, postingStart[grams] as number)
  const next = postingStart.slice()
  eachPosting(texts, gramAt, grams, (gram, item) => {
    postings[next[gram] as number] = item
    next[gram]!++
  })
  return { postingStart, postings }
}

function eachPosting(
  texts: Texts,
  gramAt: Int32Array,
  grams: number,
  visit: (gram: number, item: number) => void,
): void {
  const last = new Int32Array(grams).fill(-1)
  const { start, owner } = texts
  for (let text = 0; text < start.length - 1; text++) {
    const item = owner === undefined ? text : (owner[text] as number)
    for (let at = start[text] as number; at < (start[text + 1] as number); at++) {
      const gram = gramAt[at] as number
      if (gram < 0 || last[gram] === item) continue
      last[gram] = item
      visit(gram, item)
    }
  }
}

function tableSize(entries: number): number {
  let size = 1024
  while (size < entries * 2) size *= 2
  return size
}

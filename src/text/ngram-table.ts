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
  /** Open addressing: 32 bits that confirm the gram, and its number + 1 (0 = empty). */
  check: Uint32Array
  slot: Int32Array
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
  const slots = tableSize(symbols.length)
  const check = shared(Uint32Array, slots)
  const slot = shared(Int32Array, slots)
  const gramAt = shared(Int32Array, symbols.length).fill(-1)
  let grams = 0
  for (let item = 0; item < start.length - 1; item++) {
    const end = (start[item + 1] as number) - n + 1 - dropLast
    for (let at = start[item] as number; at < end; at++) {
      const confirm = gramCheck(symbols, at, n)
      let place = gramSlot(symbols, at, n) & (slots - 1)
      while (slot[place] !== 0 && check[place] !== confirm) place = (place + 1) & (slots - 1)
      if (slot[place] === 0) {
        check[place] = confirm
        slot[place] = ++grams
      }
      gramAt[at] = (slot[place] as number) - 1
    }
  }
  const { filter, filterShift } = buildFilter(symbols, gramAt, n)
  const { postingStart, postings } = buildPostings(texts, gramAt, grams)
  return { n, grams, filter, filterShift, check, slot, postingStart, postings, gramAt }
}

/** Number of the gram at symbols [at, at + n), or −1. The caller sees to it that these lie inside one text. */
export function findGram(table: NgramTable, symbols: Uint32Array, at: number): number {
  const { n, filter, slot, check } = table
  const hash = gramSlot(symbols, at, n)
  const bit = Math.imul(hash, 0x9e3779b1) >>> table.filterShift
  if ((((filter[bit >>> 5] as number) >>> (bit & 31)) & 1) === 0) return -1
  const confirm = gramCheck(symbols, at, n)
  const mask = slot.length - 1
  let place = hash & mask
  while (slot[place] !== 0) {
    if (check[place] === confirm) return (slot[place] as number) - 1
    place = (place + 1) & mask
  }
  return -1
}

function buildFilter(symbols: Uint32Array, gramAt: Int32Array, n: number) {
  let bits = 10
  while (1 << bits < gramAt.length * 8 && bits < 30) bits++
  const filterShift = 32 - bits
  const filter = shared(Uint32Array, 1 << (bits - 5))
  for (let at = 0; at < gramAt.length; at++) {
    if ((gramAt[at] as number) < 0) continue
    const bit = Math.imul(gramSlot(symbols, at, n), 0x9e3779b1) >>> filterShift
    filter[bit >>> 5]! |= 1 << (bit & 31)
  }
  return { filter, filterShift }
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

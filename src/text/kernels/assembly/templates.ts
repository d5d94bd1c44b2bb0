import { BASE, mix32, put32, u32At, wordAt } from './hash'
import { Search } from './search'

/** Words of the runs templates are made of, and counted shingles of 3 words in such a run. */
export const TEMPLATE_WORDS: u32 = 8
const COUNTED_IN_RUN: u32 = 6
/** Slots of the coarse count: few enough to stay in a processor's cache. */
export const COARSE_SLOTS: u32 = 1 << 19
/** Bits of the short look: so few that they stay nearest to the processor. */
export const FOLDED_BITS: u32 = 1 << 16
/** A word of the view stands in an answer. */
const ANSWER: u32 = 2
/** Own words in a row that make a view more than a template with gaps. */
export const OWN_WORDS: u32 = 10
/** Part of the prompt and of the answer that is template text in a crowd of near copies. */
export const CROWD_PART: f64 = 0.6

@unmanaged
export class TemplateScratch {
  /** u32 per word of the longest view: first words of the runs that may be template text, and their hashes. */
  places: usize
  hashes: usize
  /** u8 per word, and 8 more: words of template runs. */
  marks: usize
  /** Runs are looked at whose every 3 words are at least so common. */
  least: u32
  /** u32 per coarse slot: how many runs. */
  coarse: usize
  /** i32 per coarse slot: its number among the full ones, −1 where it is not full. */
  numberOf: usize
  /** Slots of each full coarse slot, a power of two. */
  each: u32
  /** u32 per slot of a full one: the view counted last, plus 1; how many views. */
  last: usize
  inViews: usize
  /** A bit per slot, and how many slots. */
  bits: usize
  slots: u32
  /** The bits laid over each other, `FOLDED_BITS` wide: what is 0 here is 0 in all of them. */
  folded: usize
  /** Words marked. */
  marked: u32
}

/** Finds the runs of a view that may be template text; returns how many. */
function commonRuns(s: Search, t: TemplateScratch, v: u32): u32 {
  const n = u32At(s.length, v)
  if (n < TEMPLATE_WORDS) return 0
  const start = u32At(s.start, v)
  const counts = s.counts + <usize>start
  const least = t.least
  let found: u32 = 0
  let streak: u32 = 0
  for (let i: u32 = 0; i + 2 < n; i++) {
    streak = <u32>load<u8>(counts + <usize>i) >= least ? streak + 1 : 0
    put32(t.places, found, i + 1 - COUNTED_IN_RUN)
    found += u32(streak >= COUNTED_IN_RUN)
  }
  const words = s.words + ((<usize>start) << 2)
  for (let k: u32 = 0; k < found; k++) put32(t.hashes, k, runHash(words, u32At(t.places, k)))
  return found
}

// @ts-ignore: decorator
@inline
function runHash(words: usize, first: u32): u32 {
  let h: u32 = 0
  for (let i: u32 = 0; i < TEMPLATE_WORDS; i++) h = h * BASE + wordAt(words, first + i)
  return mix32(h)
}

/** Counts, by the low bits of their hashes, the runs of the views stored at [from, to) that may be template text. */
export function countCoarse(s: Search, t: TemplateScratch, from: u32, to: u32): void {
  for (let k = from; k < to; k++) {
    const v = u32At(s.stored, k)
    const found = commonRuns(s, t, v)
    store<u8>(s.mayHoldTemplate + <usize>v, u8(found > 0))
    for (let i: u32 = 0; i < found; i++) {
      const slot = u32At(t.hashes, i) & (COARSE_SLOTS - 1)
      put32(t.coarse, slot, u32At(t.coarse, slot) + 1)
    }
  }
}

/** Counts in how many of the views stored at [from, to) the runs of each slot of a full coarse slot stand. */
export function countInViews(s: Search, t: TemplateScratch, from: u32, to: u32): void {
  for (let k = from; k < to; k++) {
    const v = u32At(s.stored, k)
    if (load<u8>(s.mayHoldTemplate + <usize>v) == 0) continue
    const found = commonRuns(s, t, v)
    for (let i: u32 = 0; i < found; i++) {
      const hash = u32At(t.hashes, i)
      const number = <i32>u32At(t.numberOf, hash & (COARSE_SLOTS - 1))
      if (number < 0) continue
      const slot = <u32>number * t.each + ((hash / COARSE_SLOTS) & (t.each - 1))
      if (u32At(t.last, slot) == v + 1) continue
      put32(t.last, slot, v + 1)
      put32(t.inViews, slot, u32At(t.inViews, slot) + 1)
    }
  }
}

/** Lays the bits over each other. */
export function foldBits(t: TemplateScratch): void {
  memory.fill(t.folded, 0, FOLDED_BITS >> 3)
  for (let i: u32 = 0; i < t.slots >> 5; i++) {
    const bits = u32At(t.bits, i)
    if (bits == 0) continue
    const at = i & ((FOLDED_BITS >> 5) - 1)
    put32(t.folded, at, u32At(t.folded, at) | bits)
  }
}

/** Marks the template words of the views stored at [from, to). */
export function maskTemplates(s: Search, t: TemplateScratch, from: u32, to: u32): void {
  for (let k = from; k < to; k++) {
    const v = u32At(s.stored, k)
    const n = u32At(s.length, v)
    // A run that only shares its slot with a template is marked there alone where templates are.
    if (load<u8>(s.mayHoldTemplate + <usize>v) == 0) continue
    const marked = markRuns(s, t, v, n)
    // A crowd holds templates too, although nothing of it is marked.
    if (marked == 0) store<u8>(s.mayHoldTemplate + <usize>v, 0)
    if (marked == 0 || isCrowd(s, t, v, n)) continue
    const start = u32At(s.start, v)
    for (let i: u32 = 0; i < n; i++) {
      if (load<u8>(t.marks + <usize>i) == 0) continue
      // Neighbouring views share a word of bits, and another thread may have the neighbour.
      const word = start + i
      atomic.or<u32>(s.template + ((<usize>(word >> 5)) << 2), 1 << (word & 31))
    }
    put32(s.masked, v, marked)
    t.marked += marked
  }
}

/** Marks the words of every run whose bit is set; returns how many. */
function markRuns(s: Search, t: TemplateScratch, v: u32, n: u32): u32 {
  const words = s.words + ((<usize>u32At(s.start, v)) << 2)
  const mask = t.slots - 1
  let h: u32 = 0
  let leaving: u32 = 1
  for (let i: u32 = 0; i + 1 < TEMPLATE_WORDS; i++) {
    h = h * BASE + wordAt(words, i)
    leaving *= BASE
  }
  let marked: u32 = 0
  let until: u32 = 0
  for (let i: u32 = 0; i + TEMPLATE_WORDS <= n; i++) {
    h = h * BASE + wordAt(words, i + TEMPLATE_WORDS - 1)
    const slot = mix32(h) & mask
    h -= leaving * wordAt(words, i)
    if (!hasBit(t.folded, slot & (FOLDED_BITS - 1)) || !hasBit(t.bits, slot)) continue
    if (marked == 0) memory.fill(t.marks, 0, <usize>n)
    for (let w = max(i, until); w < i + TEMPLATE_WORDS; w++) {
      store<u8>(t.marks + <usize>w, 1)
      marked++
    }
    until = i + TEMPLATE_WORDS
  }
  return marked
}

// @ts-ignore: decorator
@inline
function hasBit(bits: usize, at: u32): bool {
  return ((u32At(bits, at >> 5) >> (at & 31)) & 1) == 1
}

/** Hardly anything but template text: see `isCrowd` of `near/templates.ts`. */
function isCrowd(s: Search, t: TemplateScratch, v: u32, n: u32): bool {
  const start = u32At(s.start, v)
  let run: u32 = 0
  let prompt: u32 = 0
  let answer: u32 = 0
  let promptMarked: u32 = 0
  let answerMarked: u32 = 0
  for (let i: u32 = 0; i < n; i++) {
    const own = load<u8>(t.marks + <usize>i) == 0
    run = own ? run + 1 : 0
    if (run >= OWN_WORDS) return false
    if ((u32At(s.words, start + i) & ANSWER) != 0) {
      answer++
      answerMarked += u32(!own)
    } else {
      prompt++
      promptMarked += u32(!own)
    }
  }
  return <f64>promptMarked >= <f64>prompt * CROWD_PART && <f64>answerMarked >= <f64>answer * CROWD_PART
}

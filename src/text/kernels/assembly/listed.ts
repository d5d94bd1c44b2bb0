import { BASE, put32, u32At, wordAt } from './hash'
import { Search } from './search'
import { TEMPLATE_WORDS } from './templates'

/** Slots that say which template begins like this: few enough to stay nearest to the processor. */
export const LISTED_SLOTS: u32 = 1 << 15

/** Templates whose conversations are counted: at most 255. */
@unmanaged
export class ListedScratch {
  templates: u32
  /** u32 per template: where its first word stands among the words of all views, and how many it has. */
  first: usize
  words: usize
  /** u8 per slot: the number of the template put there last, plus 1. */
  slots: usize
  /** u32 per template: the number of the one put in its slot before it, plus 1. */
  before: usize
  /** u32 per template: the view counted last, plus 1; how many views. */
  last: usize
  counts: usize
}

/** Puts the templates into the slots and sets the counts to 0. */
export function openListed(s: Search, t: ListedScratch): void {
  memory.fill(t.slots, 0, LISTED_SLOTS)
  memory.fill(t.last, 0, (<usize>t.templates) << 2)
  memory.fill(t.counts, 0, (<usize>t.templates) << 2)
  for (let i: u32 = 0; i < t.templates; i++) {
    const words = s.words + ((<usize>u32At(t.first, i)) << 2)
    let h: u32 = 0
    for (let w: u32 = 0; w < TEMPLATE_WORDS; w++) h = h * BASE + wordAt(words, w)
    const slot = t.slots + <usize>(h & (LISTED_SLOTS - 1))
    put32(t.before, i, <u32>load<u8>(slot))
    store<u8>(slot, <u8>(i + 1))
  }
}

/** Counts in which of the views stored at [from, to) each template stands. */
export function countListed(s: Search, t: ListedScratch, from: u32, to: u32): void {
  for (let k = from; k < to; k++) {
    const v = u32At(s.stored, k)
    if (load<u8>(s.mayHoldTemplate + <usize>v) != 0) countIn(s, t, v, u32At(s.length, v))
  }
}

function countIn(s: Search, t: ListedScratch, v: u32, n: u32): void {
  const words = s.words + ((<usize>u32At(s.start, v)) << 2)
  let h: u32 = 0
  let leaving: u32 = 1
  for (let i: u32 = 0; i + 1 < TEMPLATE_WORDS; i++) {
    h = h * BASE + wordAt(words, i)
    leaving *= BASE
  }
  for (let i: u32 = 0; i + TEMPLATE_WORDS <= n; i++) {
    h = h * BASE + wordAt(words, i + TEMPLATE_WORDS - 1)
    const slot = h & (LISTED_SLOTS - 1)
    h -= leaving * wordAt(words, i)
    let number = <u32>load<u8>(t.slots + <usize>slot)
    for (; number != 0; number = u32At(t.before, number - 1)) {
      const template = number - 1
      if (u32At(t.last, template) == v + 1 || !standsAt(s, t, template, words, i, n)) continue
      put32(t.last, template, v + 1)
      put32(t.counts, template, u32At(t.counts, template) + 1)
    }
  }
}

/** Whether the words of a view from `at` on are those of a template. */
function standsAt(s: Search, t: ListedScratch, template: u32, words: usize, at: u32, n: u32): bool {
  const length = u32At(t.words, template)
  if (length > n - at) return false
  const own = s.words + ((<usize>u32At(t.first, template)) << 2)
  for (let w: u32 = 0; w < length; w++) if (wordAt(own, w) != wordAt(words, at + w)) return false
  return true
}

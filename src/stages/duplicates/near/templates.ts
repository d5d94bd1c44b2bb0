import type { Tally } from '../../../core/tally.ts'
import { roomFor, shingles } from '../../../text/shingle.ts'
import { WORD_FLAG } from '../rows.ts'
import { COUNTED_WORDS } from './frequency.ts'
import { ShingleReader, array, bytes, hasBit, storedViews, viewsOf } from './views.ts'
import type { Views } from './views.ts'

/** Words of the runs templates are made of. */
export const TEMPLATE_WORDS = 8
/** A run of words is template text from this many views on, or this part of all views if that is more. */
const LEAST_VIEWS = 25
const LEAST_PART = 0.005

export function templateThreshold(views: number): number {
  return Math.max(LEAST_VIEWS, Math.ceil(views * LEAST_PART))
}

/** Slots of the coarse count: few enough to stay in a processor's cache. */
export const COARSE_SLOTS = 1 << 19

/**
 * Round: writes the count of every run of 3 words in the views stored at [from, to) to its first word's place in `counts`,
 * from the table of `countShingles`. Then counts, by the low bits of their hashes, the runs that may be template text. No
 * run stands in more views than its coarse slot counts, so only the runs of full slots can be.
 */
export function countCoarse(input: Tally): Tally {
  const views = viewsOf(input)
  const table = bytes(input, 'table')
  const counts = bytes(input, 'counts')
  const coarse = new Uint32Array(COARSE_SLOTS)
  const common = new CommonRuns(views, counts, input['least'] as number)
  const inTable = table.length - 1
  let runs = new Uint32Array(1024)
  for (const v of storedViews(input, views)) {
    const [start, length] = [views.start[v] as number, views.length[v] as number]
    runs = roomFor(runs, length)
    const n = shingles(views.words, { start, end: start + length }, COUNTED_WORDS, runs)
    // A loop of its own: the misses of the large table overlap.
    for (let i = 0; i < n; i++) counts[start + i] = table[(runs[i] as number) & inTable] as number
    const found = common.read(v)
    for (let i = 0; i < found; i++) {
      const slot = (common.hashes[i] as number) & (COARSE_SLOTS - 1)
      coarse[slot] = (coarse[slot] as number) + 1
    }
  }
  return { coarse }
}

/** The runs of a view that may be template text: every 3 words in them are common enough. */
class CommonRuns {
  /** Hashes of the runs the last `read` found. */
  hashes = new Uint32Array(1024)
  readonly #views: Views
  readonly #counts: Uint8Array
  readonly #least: number
  readonly #reader: ShingleReader
  #places = new Uint32Array(1024)

  constructor(views: Views, counts: Uint8Array, least: number) {
    this.#views = views
    this.#counts = counts
    this.#least = least
    this.#reader = new ShingleReader(views, TEMPLATE_WORDS)
  }

  read(v: number): number {
    const n = this.#find(v)
    if (n === 0) return 0
    this.#reader.read(v)
    const { values } = this.#reader
    for (let i = 0; i < n; i++) this.hashes[i] = values[this.#places[i] as number] as number
    return n
  }

  #find(v: number): number {
    const [start, length] = [this.#views.start[v] as number, this.#views.length[v] as number]
    this.#places = roomFor(this.#places, length)
    this.hashes = roomFor(this.hashes, length)
    const [counts, least, places] = [this.#counts, this.#least, this.#places]
    const inRun = TEMPLATE_WORDS - COUNTED_WORDS + 1
    let [n, streak] = [0, 0]
    for (let i = 0; i + COUNTED_WORDS <= length; i++) {
      streak = (counts[start + i] as number) >= least ? streak + 1 : 0
      if (streak >= inRun) places[n++] = i - inRun + 1
    }
    return n
  }
}

/**
 * Round: counts in how many of the views stored at [from, to) the runs of each slot stand. `full` has a bit for every
 * coarse slot that is worth it; `counts` has a value for every slot of those, `slots / COARSE_SLOTS` each, in order. Runs
 * that share a slot count together: at most a little text too much is masked, the same text every time.
 */
export function countTemplates(input: Tally): Tally {
  const views = viewsOf(input)
  const { numberOf, size } = slotsOfFull(array(input, 'full'))
  const each = (input['slots'] as number) / COARSE_SLOTS
  const last = new Uint32Array(size * each)
  const counts = new Uint32Array(size * each)
  const common = new CommonRuns(views, bytes(input, 'counts'), input['least'] as number)
  for (const v of storedViews(input, views)) {
    const n = common.read(v)
    for (let i = 0; i < n; i++) {
      const hash = common.hashes[i] as number
      const number = numberOf[hash & (COARSE_SLOTS - 1)] as number
      if (number < 0) continue
      const slot = number * each + (Math.floor(hash / COARSE_SLOTS) & (each - 1))
      if (last[slot] === v + 1) continue
      last[slot] = v + 1
      counts[slot] = (counts[slot] as number) + 1
    }
  }
  return { counts }
}

/** Numbers the full coarse slots; −1 for the others. */
export function slotsOfFull(full: Uint32Array): { numberOf: Int32Array; size: number } {
  const numberOf = new Int32Array(COARSE_SLOTS).fill(-1)
  let size = 0
  for (let slot = 0; slot < COARSE_SLOTS; slot++) if (hasBit(full, slot)) numberOf[slot] = size++
  return { numberOf, size }
}

/** Marks the words of a sequence that belong to template runs; returns how many. */
export function markTemplates(hashes: Uint32Array, n: number, bits: Uint32Array, mask: Uint8Array): number {
  const slots = bits.length * 32
  mask.fill(0, 0, n + TEMPLATE_WORDS)
  let marked = 0
  let until = 0
  for (let i = 0; i < n; i++) {
    const slot = (hashes[i] as number) & (slots - 1)
    if ((((bits[slot >>> 5] as number) >>> (slot & 31)) & 1) === 0) continue
    for (let w = Math.max(i, until); w < i + TEMPLATE_WORDS; w++) {
      mask[w] = 1
      marked++
    }
    until = i + TEMPLATE_WORDS
  }
  return marked
}

/** Own words in a row that make a view more than a template with gaps. */
const OWN_WORDS = 10
/** Part of the prompt and of the answer that is template text in a crowd of near copies. */
const CROWD_PART = 0.6

/**
 * True for a view that is hardly anything but "template": its prompt and its answer both are, and no run of own words
 * is left. Many near copies of one whole example look like that; they are compared as they are.
 */
export function isCrowd(
  length: number,
  mask: (i: number) => boolean,
  isAnswer: (i: number) => boolean,
): boolean {
  let run = 0
  const masked = [0, 0]
  const words = [0, 0]
  for (let i = 0; i < length; i++) {
    const part = isAnswer(i) ? 1 : 0
    words[part] = (words[part] as number) + 1
    run = mask(i) ? 0 : run + 1
    if (run >= OWN_WORDS) return false
    if (run === 0) masked[part] = (masked[part] as number) + 1
  }
  return masked.every((n, part) => n >= (words[part] as number) * CROWD_PART)
}

/** Round: marks the template words of the views stored at [from, to). */
export function maskTemplates(input: Tally): Tally {
  const views = viewsOf(input)
  const bits = array(input, 'bits')
  const reader = new ShingleReader(views, TEMPLATE_WORDS)
  let mask = new Uint8Array(1024)
  let masked = 0
  for (const v of storedViews(input, views)) {
    const n = reader.read(v)
    const start = views.start[v] as number
    const length = views.length[v] as number
    if (mask.length < length + TEMPLATE_WORDS) mask = new Uint8Array(2 * length + TEMPLATE_WORDS)
    const marked = n === 0 ? 0 : markTemplates(reader.values, n, bits, mask)
    if (marked === 0 || crowd(views, v, mask)) continue
    // Neighbouring views share a word of bits, and another worker may have the neighbour.
    for (let i = 0; i < length; i++) {
      if (mask[i] === 1) Atomics.or(views.template, (start + i) >>> 5, 1 << ((start + i) & 31))
    }
    views.masked[v] = marked
    masked += marked
  }
  return { masked }
}

function crowd(views: Views, v: number, mask: Uint8Array): boolean {
  const start = views.start[v] as number
  const isAnswer = (i: number): boolean => ((views.words[start + i] as number) & WORD_FLAG.answer) !== 0
  return isCrowd(views.length[v] as number, (i) => mask[i] === 1, isAnswer)
}

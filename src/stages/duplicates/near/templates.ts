import type { Tally } from '../../../core/tally.ts'
import { WORD_FLAG } from '../rows.ts'
import { ShingleReader, array, hasBit, storedViews, viewsOf } from './views.ts'
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
 * Round: counts runs by the low bits of their hashes, in the views stored at [from, to). No run stands in more views than its
 * coarse slot counts, so only the runs of full slots can be template text.
 */
export function countCoarse(input: Tally): Tally {
  const views = viewsOf(input)
  const counts = new Uint32Array(COARSE_SLOTS)
  const reader = new ShingleReader(views, TEMPLATE_WORDS)
  for (const v of storedViews(input, views)) {
    const n = reader.read(v)
    const values = reader.values
    for (let i = 0; i < n; i++) {
      const slot = (values[i] as number) & (COARSE_SLOTS - 1)
      counts[slot] = (counts[slot] as number) + 1
    }
  }
  return { counts }
}

/**
 * Round: counts, for one range of hash slots, in how many views each slot's runs stand; a bit per slot says whether
 * they are template text. `full` has a bit for every coarse slot that is worth it. Runs that share a slot count
 * together: at most a little text too much is masked, the same text every time.
 */
export function countTemplates(input: Tally): Tally {
  const views = viewsOf(input)
  const full = array(input, 'full')
  const [slots, part, parts, threshold] = ['slots', 'part', 'parts', 'threshold'].map(
    (name) => input[name] as number,
  ) as [number, number, number, number]
  const size = slots / parts
  const low = part * size
  const last = new Uint32Array(size)
  const counts = new Uint32Array(size)
  const reader = new ShingleReader(views, TEMPLATE_WORDS)
  for (const v of views.stored) {
    const n = reader.read(v)
    const values = reader.values
    for (let i = 0; i < n; i++) {
      if (!hasBit(full, (values[i] as number) & (COARSE_SLOTS - 1))) continue
      const slot = ((values[i] as number) & (slots - 1)) - low
      if (slot < 0 || slot >= size || last[slot] === v + 1) continue
      last[slot] = v + 1
      counts[slot] = (counts[slot] as number) + 1
    }
  }
  const bits = new Uint32Array(Math.ceil(size / 32))
  for (let slot = 0; slot < size; slot++) {
    if ((counts[slot] as number) >= threshold)
      bits[slot >>> 5] = (bits[slot >>> 5] as number) | (1 << (slot & 31))
  }
  return { bits }
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

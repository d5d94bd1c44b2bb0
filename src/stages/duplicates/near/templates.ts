import type { Tally } from '../../../core/tally.ts'
import { ShingleReader, array, viewsOf } from './views.ts'

/** Words of the runs templates are made of. */
export const TEMPLATE_WORDS = 8
/** A run of words is template text from this many views on, or this part of all views if that is more. */
const LEAST_VIEWS = 25
const LEAST_PART = 0.005

export function templateThreshold(views: number): number {
  return Math.max(LEAST_VIEWS, Math.ceil(views * LEAST_PART))
}

/**
 * Round: counts, for one range of hash slots, in how many views each slot's runs stand; a bit per slot says whether
 * they are template text. Runs that share a slot count together: at most a little text too much is masked, the same
 * text every time.
 */
export function countTemplates(input: Tally): Tally {
  const views = viewsOf(input)
  const [slots, part, parts, threshold] = ['slots', 'part', 'parts', 'threshold'].map((name) => input[name] as number) as [number, number, number, number]
  const size = slots / parts
  const low = part * size
  const last = new Uint32Array(size)
  const counts = new Uint32Array(size)
  const reader = new ShingleReader(views, TEMPLATE_WORDS)
  for (let v = 0; v < views.count; v++) {
    const n = reader.read(v)
    const values = reader.values
    for (let i = 0; i < n; i++) {
      const slot = ((values[i] as number) & (slots - 1)) - low
      if (slot < 0 || slot >= size || last[slot] === v + 1) continue
      last[slot] = v + 1
      counts[slot] = (counts[slot] as number) + 1
    }
  }
  const bits = new Uint32Array(Math.ceil(size / 32))
  for (let slot = 0; slot < size; slot++) {
    if ((counts[slot] as number) >= threshold) bits[slot >>> 5] = (bits[slot >>> 5] as number) | (1 << (slot & 31))
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

/** Round: removes template words from the views [from, to), in place. */
export function maskTemplates(input: Tally): Tally {
  const views = viewsOf(input)
  const bits = array(input, 'bits')
  const reader = new ShingleReader(views, TEMPLATE_WORDS)
  let mask = new Uint8Array(1024)
  let masked = 0
  for (let v = input['from'] as number; v < (input['to'] as number); v++) {
    const n = reader.read(v)
    const start = views.start[v] as number
    const length = views.length[v] as number
    if (mask.length < length + TEMPLATE_WORDS) mask = new Uint8Array(2 * length + TEMPLATE_WORDS)
    const marked = n === 0 ? 0 : markTemplates(reader.values, n, bits, mask)
    if (marked === 0) continue
    let kept = start
    for (let i = 0; i < length; i++) if (mask[i] === 0) views.words[kept++] = views.words[start + i] as number
    views.length[v] = kept - start
    masked += marked
  }
  return { masked }
}

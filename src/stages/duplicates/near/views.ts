import type { Tally, TypedArray } from '../../../core/tally.ts'
import { roomFor, shingles } from '../../../text/shingle.ts'

/**
 * The views that are compared: one per set of equal conversations, as word hashes in shared memory. View v is
 * words[start[v], start[v] + length[v]). They are numbered by length, then content, so that views that are compared are
 * near each other in every array. A bit of `template` marks a word as template text, and `masked[v]` counts such words
 * of the view.
 */
export interface Views {
  count: number
  words: Uint32Array
  start: Uint32Array
  length: Uint32Array
  masked: Uint32Array
  template: Uint32Array
  /** 32 bits of each view's content key, to break ties by. */
  content: Uint32Array
  /** The views in the order their words lie in memory: the order to read all of them in. */
  stored: Uint32Array
}

/** A tally a worker can read the views from: shared arrays, so nothing is copied. */
export function viewsTally(views: Views): Tally {
  return {
    words: views.words,
    start: views.start,
    length: views.length,
    masked: views.masked,
    template: views.template,
    content: views.content,
    stored: views.stored,
  }
}

export function viewsOf(input: Tally): Views {
  const start = array(input, 'start')
  return {
    count: start.length,
    words: array(input, 'words'),
    start,
    length: array(input, 'length'),
    masked: array(input, 'masked'),
    template: array(input, 'template'),
    content: array(input, 'content'),
    stored: array(input, 'stored'),
  }
}

/** The views stored at [from, to). */
export function storedViews(input: Tally, views: Views): Uint32Array {
  return views.stored.subarray(input['from'] as number, input['to'] as number)
}

export function array(input: Tally, name: string): Uint32Array {
  return input[name] as TypedArray as Uint32Array
}

export function bytes(input: Tally, name: string): Uint8Array {
  return input[name] as TypedArray as Uint8Array
}

export function sharedArray(length: number): Uint32Array {
  return new Uint32Array(new SharedArrayBuffer(length * 4))
}

export function isTemplate(views: Views, word: number): boolean {
  return hasBit(views.template, word)
}

export function hasBit(bits: Uint32Array, at: number): boolean {
  return (((bits[at >>> 5] as number) >>> (at & 31)) & 1) === 1
}

/** The shingles of one view after another, but for those made of template text alone; in scratch used again. */
export class ShingleReader {
  values = new Uint32Array(1024)
  /** First word of each shingle, counted from the start of the view. */
  positions = new Uint32Array(0)
  readonly #views: Views
  readonly #k: number
  /** 0, 1, 2 …: the positions where nothing is left out. */
  #identity = new Uint32Array(0)
  #left = new Uint32Array(0)

  constructor(views: Views, k: number) {
    this.#views = views
    this.#k = k
  }

  /** Fills `values` with the shingles of view v, repeats included; returns how many. */
  read(v: number): number {
    const start = this.#views.start[v] as number
    const end = start + (this.#views.length[v] as number)
    this.values = roomFor(this.values, end - start + 1)
    if (this.#identity.length < this.values.length) {
      this.#identity = Uint32Array.from(this.values.keys())
      this.#left = new Uint32Array(this.values.length)
    }
    const n = shingles(this.#views.words, { start, end }, this.#k, this.values)
    this.positions = this.#identity
    return (this.#views.masked[v] as number) === 0 ? n : this.#withoutTemplates(start, n)
  }

  #withoutTemplates(start: number, n: number): number {
    let run = 0
    let kept = 0
    for (let i = 0; i < n + this.#k - 1; i++) {
      run = isTemplate(this.#views, start + i) ? run + 1 : 0
      const first = i - this.#k + 1
      if (first < 0 || run >= this.#k) continue
      this.#left[kept] = first
      this.values[kept++] = this.values[first] as number
    }
    this.positions = this.#left
    return kept
  }
}

/** Cuts 0…count into ranges of about equal work, so that a round has a few inputs per worker. */
export function ranges(count: number, parts: number): { from: number; to: number }[] {
  const size = Math.max(1, Math.ceil(count / parts))
  const result: { from: number; to: number }[] = []
  for (let from = 0; from < count; from += size) result.push({ from, to: Math.min(count, from + size) })
  return result
}

/** Smallest power of two of at least n, within bounds. */
export function powerOfTwo(n: number, least: number, most: number): number {
  let size = least
  while (size < n && size < most) size *= 2
  return size
}

import type { Tally, TypedArray } from '../../../core/tally.ts'
import { roomFor, shingles } from '../../../text/shingle.ts'
import { powerOfTwo, viewsOf } from './views.ts'

/** Words of the shingles that are counted. */
export const COUNTED_WORDS = 3

/** Slots of the table counted at a time: few enough to stay in a processor's own cache. */
const SEGMENT_BITS = 19
/** Shingles gathered for a segment before they are counted. */
const ROOM = 1 << 15

/** A table of counts for so many words, in shared memory. */
export function countTable(words: number): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(powerOfTwo(words * 1.5, 1 << 12, 1 << 27)))
}

/**
 * Round: counts the 3-word shingles of all views, template text too, into every `parts`-th share of a table of bytes
 * that stop at 255. A count is never below the number of views with the shingle, so a count of 1 proves that no other
 * view has it; slots shared by several shingles only make an order a little less good, never wrong.
 */
export function countShingles(input: Tally): Tally {
  const views = viewsOf(input)
  const table = input['table'] as TypedArray as Uint8Array
  const [part, parts] = ['part', 'parts'].map((name) => input[name] as number) as [number, number]
  const counter = new SegmentCounter(table, part, parts)
  let values = new Uint32Array(1024)
  for (const v of views.stored) {
    const [start, length] = [views.start[v] as number, views.length[v] as number]
    values = roomFor(values, length)
    const range = { start, end: start + length }
    counter.add(values, shingles(views.words, range, COUNTED_WORDS, values))
  }
  counter.finish()
  return {}
}

/**
 * Counts into some segments of a table. Hashes are gathered by segment first: counted one by one, nearly each of them
 * would wait for memory.
 */
export class SegmentCounter {
  readonly #table: Uint8Array
  readonly #slotMask: number
  /** Per segment of the table: where its next slot goes in `#gathered`, how far it may go, and 1 where it is ours. */
  readonly #next: Uint32Array
  readonly #end: Uint32Array
  readonly #own: Uint8Array
  readonly #gathered: Uint32Array

  constructor(table: Uint8Array, part: number, parts: number) {
    this.#table = table
    this.#slotMask = table.length - 1
    const segments = Math.max(1, table.length >>> SEGMENT_BITS)
    this.#next = new Uint32Array(segments)
    this.#end = new Uint32Array(segments)
    this.#own = new Uint8Array(segments)
    // Segments of others all write to place 0, again and again: cheaper than a branch nobody can predict.
    let at = 1
    for (let s = 0; s < segments; s++) {
      if (Math.floor((s * parts) / segments) !== part) continue
      this.#own[s] = 1
      this.#next[s] = at
      at += ROOM
      this.#end[s] = at
    }
    this.#gathered = new Uint32Array(at)
  }

  /** Counts the first `n` of `hashes`. */
  add(hashes: Uint32Array, n: number): void {
    const [next, end, own, gathered] = [this.#next, this.#end, this.#own, this.#gathered]
    const slotMask = this.#slotMask
    for (let i = 0; i < n; i++) {
      const slot = (hashes[i] as number) & slotMask
      const segment = slot >>> SEGMENT_BITS
      const at = next[segment] as number
      gathered[at] = slot
      const after = at + (own[segment] as number)
      next[segment] = after
      if (after === end[segment] && after !== 0) this.#count(segment)
    }
  }

  finish(): void {
    this.#next.forEach((_, segment) => {
      if (this.#own[segment] === 1) this.#count(segment)
    })
  }

  #count(segment: number): void {
    const [table, gathered] = [this.#table, this.#gathered]
    const to = this.#next[segment] as number
    const from = (this.#end[segment] as number) - ROOM
    for (let i = from; i < to; i++) {
      const slot = gathered[i] as number
      const count = table[slot] as number
      // One more, unless it is 255.
      table[slot] = count + ((count - 255) >>> 31)
    }
    this.#next[segment] = from
  }
}

import { CLASS, LOWER, UPPER } from './classes.ts'
import { LONGEST, LongWords } from './long-words.ts'
import { Merger } from './merge.ts'
import { makeSplitter } from './split.ts'
import type { NextPiece, SplitRule } from './split.ts'
import { findToken } from './vocabulary.ts'
import type { Vocabulary } from './vocabulary.ts'

/** Pieces up to this many bytes sit in the cache with their bytes beside the answer. */
const KEY_BYTES = 12
/** Buckets of four pieces of 16 bytes: a bucket is one cache line, the table 2 MB. */
const BUCKET_BITS = 15
const ARENA = 1 << 18
/** Largest id an entry of the cache can hold. */
export const MOST_IDS = 1 << 24

export const NOT_UTF8 = -1
export const FULL = -2

/** Masks of the three key numbers by length: number j of a piece of n bytes keeps KEEP[13 * j + n]. */
const KEEP = new Int32Array(3 * (KEY_BYTES + 1)).map((_, i) => {
  const bytes = (i % 13) - 4 * Math.floor(i / 13)
  return bytes >= 4 ? -1 : bytes <= 0 ? 0 : (1 << (8 * bytes)) - 1
})

/** ` ?[A-Z]?[a-z]+` is one piece in every family when one of these follows. */
const ENDS_WORD = asciiTable((byte) => byte !== 0x27 && (CLASS[byte]! & (UPPER | LOWER)) === 0)
const IS_LOWER = asciiTable((byte) => CLASS[byte] === LOWER)
const IS_UPPER = asciiTable((byte) => CLASS[byte] === UPPER)

function asciiTable(holds: (byte: number) => boolean): Uint8Array {
  return new Uint8Array(256).map((_, byte) => (byte < 0x80 && holds(byte) ? 1 : 0))
}

export interface BpeRule {
  split: SplitRule
  /** A piece that is a token as a whole is that token, whatever the merges say. */
  ignoreMerges: boolean
}

/** Where ids go: the next one to `ids[length]`. */
export interface IdTarget {
  ids: Uint32Array
  length: number
}

/**
 * Byte-level BPE over bytes. Every piece of the text is looked up by its exact bytes in a bounded cache (set
 * associative, so text of ever-new words replaces entries and never grows it); only misses are merged.
 */
export class Bpe {
  readonly #vocabulary: Vocabulary
  readonly #ignoreMerges: boolean
  readonly #next: NextPiece
  readonly #merger: Merger
  readonly #long = new LongWords()
  /** A bucket is four times: 12 key bytes, then length << 28 | tokens << 24 | id, or place in the arena if tokens > 1. */
  readonly #cache = new Int32Array(16 << BUCKET_BITS)
  #victim = 0
  readonly #arena = new Uint32Array(ARENA)
  #arenaUsed = 0
  #viewed: Uint8Array | null = null
  #view: DataView = new DataView(new ArrayBuffer(0))
  readonly #tail = new Uint8Array(KEY_BYTES)
  readonly #tailView = new DataView(this.#tail.buffer)
  /** Ids of the last piece that was not in a cache. */
  #made = new Uint32Array(64)

  constructor(vocabulary: Vocabulary, rule: BpeRule) {
    this.#vocabulary = vocabulary
    this.#ignoreMerges = rule.ignoreMerges
    this.#next = makeSplitter(rule.split)
    this.#merger = new Merger(vocabulary)
  }

  /** Number of tokens of bytes [start, end), or NOT_UTF8. */
  count(bytes: Uint8Array, start: number, end: number): number {
    this.#look(bytes)
    let tokens = 0
    let at = start
    while (at < end) {
      const to = this.#pieceEnd(bytes, at, end)
      if (to < 0) return NOT_UTF8
      tokens +=
        to - at <= KEY_BYTES ? (this.#short(bytes, at, to) >>> 24) & 15 : this.#countLong(bytes, at, to)
      at = to
    }
    return tokens
  }

  /** Appends the ids of bytes [start, end) to the target; answers NOT_UTF8, FULL, or 0 when all is written. */
  encode(bytes: Uint8Array, start: number, end: number, target: IdTarget): number {
    this.#look(bytes)
    let at = start
    while (at < end) {
      const to = this.#pieceEnd(bytes, at, end)
      if (to < 0) return NOT_UTF8
      const written =
        to - at <= KEY_BYTES
          ? this.#putShort(this.#short(bytes, at, to), target)
          : this.#putLong(bytes, at, to, target)
      if (!written) return FULL
      at = to
    }
    return 0
  }

  #look(bytes: Uint8Array): void {
    if (this.#viewed === bytes) return
    this.#viewed = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  #pieceEnd(bytes: Uint8Array, at: number, end: number): number {
    let to = bytes[at] === 0x20 ? at + 1 : at
    if (to < end && IS_UPPER[bytes[to]!] === 1) to++
    const lower = to
    while (to < end && IS_LOWER[bytes[to]!] === 1) to++
    if (to > lower && (to === end || ENDS_WORD[bytes[to]!] === 1)) return to
    return this.#next(bytes, at, end)
  }

  /** The cache entry of a piece of at most KEY_BYTES bytes. */
  #short(bytes: Uint8Array, from: number, to: number): number {
    const length = to - from
    let view = this.#view
    let at = from
    if (from + KEY_BYTES > bytes.length) {
      this.#tail.set(bytes.subarray(from, to))
      view = this.#tailView
      at = 0
    }
    const k0 = view.getInt32(at, true) & KEEP[length]!
    const k1 = view.getInt32(at + 4, true) & KEEP[length + 13]!
    const k2 = view.getInt32(at + 8, true) & KEEP[length + 26]!
    let h = Math.imul(k0, 0x9e3779b1) ^ Math.imul(k1, 0x85ebca77) ^ Math.imul(k2, 0xc2b2ae3d)
    h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d)
    const bucket = (h >>> (32 - BUCKET_BITS)) << 4
    const cache = this.#cache
    for (let slot = bucket; slot < bucket + 16; slot += 4) {
      if (cache[slot] === k0 && cache[slot + 1] === k1 && cache[slot + 2] === k2) {
        const entry = cache[slot + 3]!
        if (entry >>> 28 === length) return entry
      }
    }
    return this.#missShort(bytes, from, to, bucket)
  }

  #missShort(bytes: Uint8Array, from: number, to: number, bucket: number): number {
    const count = this.#make(bytes, from, to)
    if (count > 1 && this.#arenaUsed + count > ARENA) {
      this.#cache.fill(0)
      this.#arenaUsed = 0
    }
    let payload = this.#made[0]!
    if (count > 1) {
      payload = this.#arenaUsed
      for (let i = 0; i < count; i++) this.#arena[this.#arenaUsed++] = this.#made[i]!
    }
    let slot = bucket
    while (slot < bucket + 16 && this.#cache[slot + 3] !== 0) slot += 4
    if (slot === bucket + 16) slot = bucket + ((this.#victim++ & 3) << 2)
    this.#tail.fill(0).set(bytes.subarray(from, to))
    for (let i = 0; i < 3; i++) this.#cache[slot + i] = this.#tailView.getInt32(4 * i, true)
    const entry = ((to - from) << 28) | (count << 24) | payload
    this.#cache[slot + 3] = entry
    return entry
  }

  #putShort(entry: number, target: IdTarget): boolean {
    const count = (entry >>> 24) & 15
    if (target.length + count > target.ids.length) return false
    const payload = entry & (MOST_IDS - 1)
    if (count === 1) target.ids[target.length] = payload
    else for (let i = 0; i < count; i++) target.ids[target.length + i] = this.#arena[payload + i]!
    target.length += count
    return true
  }

  #countLong(bytes: Uint8Array, from: number, to: number): number {
    if (to - from > LONGEST) return this.#make(bytes, from, to)
    const known = this.#long.find(bytes, from, to)
    if (known > 0) return known
    const count = this.#make(bytes, from, to)
    this.#long.add(bytes.subarray(from, to), this.#made, count)
    return count
  }

  #putLong(bytes: Uint8Array, from: number, to: number, target: IdTarget): boolean {
    const known = to - from > LONGEST ? 0 : this.#long.find(bytes, from, to)
    const count = known > 0 ? known : this.#make(bytes, from, to)
    const ids = known > 0 ? this.#long.ids : this.#made
    const place = known > 0 ? this.#long.place : 0
    if (known === 0 && to - from <= LONGEST) this.#long.add(bytes.subarray(from, to), this.#made, count)
    if (target.length + count > target.ids.length) return false
    for (let i = 0; i < count; i++) target.ids[target.length + i] = ids[place + i]!
    target.length += count
    return true
  }

  /** Tokenises a piece without a cache; the ids are in `#made`. */
  #make(bytes: Uint8Array, from: number, to: number): number {
    const whole = this.#ignoreMerges ? findToken(this.#vocabulary, bytes, from, to) : -1
    if (whole >= 0) {
      this.#made[0] = this.#vocabulary.ids[whole]!
      return 1
    }
    const count = this.#merger.merge(bytes, from, to)
    if (count > this.#made.length || this.#made.length > 1 << 20) this.#made = new Uint32Array(2 * count + 64)
    for (let i = 0; i < count; i++) this.#made[i] = this.#vocabulary.ids[this.#merger.symbols[i]!]!
    return count
  }
}

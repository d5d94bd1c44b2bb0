import { CLASS, LETTER, NUMBER, UPPER } from './classes.ts'
import { LONGEST, LongWords } from './long-words.ts'
import { Merger } from './merge.ts'
import { makeSplitter } from './split.ts'
import type { NextPiece, SplitRule } from './split.ts'
import { findToken } from './vocabulary.ts'
import type { Vocabulary } from './vocabulary.ts'

/** Pieces up to this many bytes sit in the cache with their bytes beside the answer. */
const KEY_BYTES = 12
/** Buckets of four pieces of 16 bytes: a bucket is one cache line, the table 4 MB. */
const BUCKET_BITS = 16
/** The pieces of the moment once more, one to a place: 256 kB stay close to the processor. */
const HOT_BITS = 14
const ARENA = 1 << 18
/** Pieces between two looks at what was found. */
const ENTRIES = 1024
/** Entry of a piece that is not in the cache of short ones. */
const LONG = 0
/** Largest id an entry of the cache can hold. */
export const MOST_IDS = 1 << 24

export const NOT_UTF8 = -1
export const FULL = -2

const APOSTROPHE = 0x27
const BLANK = 0x20

/** Masks of the three key numbers by length: number j of a piece of n bytes keeps KEEP[13 * j + n]. */
const KEEP = new Int32Array(3 * (KEY_BYTES + 1)).map((_, i) => {
  const bytes = (i % 13) - 4 * Math.floor(i / 13)
  return bytes >= 4 ? -1 : bytes <= 0 ? 0 : (1 << (8 * bytes)) - 1
})

/** ` ?[A-Z]?[a-z]+` is one piece in every family when one of these follows. */
const ENDS_WORD = asciiTable((byte) => byte !== APOSTROPHE && (CLASS[byte]! & LETTER) === 0)
/** One symbol is a piece of its own, in every family, when a digit or a blank follows. */
const IS_SYMBOL = asciiTable((byte) => byte !== APOSTROPHE && CLASS[byte] === 0)
const ENDS_SYMBOL = asciiTable((byte) => byte === BLANK || CLASS[byte] === NUMBER)
/** The same for a symbol with a blank before it. */
const ENDS_PAIR = asciiTable((byte) => byte === BLANK || (CLASS[byte]! & (LETTER | NUMBER)) !== 0)
/** Which bytes of four may stop a word: not the first if it is a capital, nor a blank and a capital. */
const AT_FIRST = new Int32Array(256).map((_, byte) =>
  byte < 0x80 && CLASS[byte] === UPPER ? 0x80808000 : 0x80808080,
)
const AFTER_BLANK = new Int32Array(256).map((_, byte) =>
  byte < 0x80 && CLASS[byte] === UPPER ? 0x80800000 : 0x80808000,
)

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

interface Text {
  bytes: Uint8Array
  view: DataView
}

function viewed(bytes: Uint8Array): Text {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) }
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
  readonly #hot = new Int32Array(4 << HOT_BITS)
  #victim = 0
  readonly #arena = new Uint32Array(ARENA)
  #arenaUsed = 0
  #text = viewed(new Uint8Array(0))
  readonly #tail = viewed(new Uint8Array(KEY_BYTES))
  /** What the last scan found. */
  readonly #entries = new Int32Array(ENTRIES)
  #filled = 0
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
    const entries = this.#entries
    let tokens = 0
    for (let at = start; at < end;) {
      at = this.#scan(bytes, at, end)
      if (at < 0) return NOT_UTF8
      for (let i = 0; i < this.#filled; i++) {
        if (entries[i] !== LONG) tokens += (entries[i]! >>> 24) & 15
        else tokens += this.#countLong(bytes, entries[++i]!, entries[++i]!)
      }
    }
    return tokens
  }

  /** Appends the ids of bytes [start, end) to the target; answers NOT_UTF8, FULL, or 0 when all is written. */
  encode(bytes: Uint8Array, start: number, end: number, target: IdTarget): number {
    const entries = this.#entries
    for (let at = start; at < end;) {
      at = this.#scan(bytes, at, end)
      if (at < 0) return NOT_UTF8
      for (let i = 0; i < this.#filled; i++) {
        const short = entries[i] !== LONG
        const written = short
          ? this.#putShort(entries[i]!, target)
          : this.#putLong(bytes, entries[++i]!, entries[++i]!, target)
        if (!written) return FULL
      }
    }
    return 0
  }

  /**
   * Cuts bytes [start, end) into pieces and notes the cache entry of each in `#entries` (for a piece of more than
   * KEY_BYTES bytes LONG, its start and its end), until those are full. Answers where it stopped, or -1 for bytes that
   * are not UTF-8.
   *
   * Twelve bytes are loaded as three numbers, which serve to see where a run of lower-case letters ends, as the key and
   * for the hash. All of it stands in one function because calls cost more than the work here.
   */
  #scan(bytes: Uint8Array, start: number, end: number): number {
    if (this.#text.bytes !== bytes) this.#text = viewed(bytes)
    if (this.#arenaUsed > ARENA - ENTRIES * KEY_BYTES) this.#forget()
    const { view } = this.#text
    const hot = this.#hot
    const entries = this.#entries
    const last = bytes.length - KEY_BYTES
    let filled = 0
    let at = start
    while (at < end && filled < ENTRIES - 2) {
      if (at > last) return this.#scanTail(bytes, at, end, filled)
      let k0 = view.getInt32(at, true)
      let k1 = view.getInt32(at + 4, true)
      let k2 = view.getInt32(at + 8, true)
      const first = k0 & 0xff
      const second = (k0 >>> 8) & 0xff
      let length = 0
      if (first === BLANK && IS_SYMBOL[second] === 1) length = ENDS_PAIR[(k0 >>> 16) & 0xff]! << 1
      else if (IS_SYMBOL[first] === 1) length = ENDS_SYMBOL[second]!
      else {
        // ` ?[A-Z]?[a-z]+`: where is the first byte that does not belong?
        const may = first === BLANK ? AFTER_BLANK[second]! : AT_FIRST[first]!
        let stop = notLower(k0) & may
        if (stop === 0) {
          stop = notLower(k1)
          length = stop === 0 ? 8 : 4
          if (stop === 0) stop = notLower(k2)
        }
        const bit = 31 - Math.clz32(stop & ((~stop + 1) | 0))
        const follows = ((length === 0 ? k0 : length === 4 ? k1 : k2) >>> (bit - 7)) & 0xff
        length += bit >>> 3
        if (stop === 0 || ENDS_WORD[follows] === 0 || (first === BLANK && length === 1)) length = 0
      }
      if (length === 0 || at + length > end) {
        const to = this.#next(bytes, at, end)
        if (to < 0) return NOT_UTF8
        length = to - at
        if (length > KEY_BYTES) {
          entries[filled] = LONG
          entries[filled + 1] = at
          entries[filled + 2] = to
          filled += 3
          at = to
          continue
        }
      }
      k0 &= KEEP[length]!
      k1 &= KEEP[length + 13]!
      k2 &= KEEP[length + 26]!
      const hash = hashOf(k0, k1, k2)
      const slot = (hash >>> (32 - HOT_BITS)) << 2
      let entry = hot[slot + 3]!
      if (hot[slot] !== k0 || hot[slot + 1] !== k1 || hot[slot + 2] !== k2 || entry >>> 28 !== length)
        entry = this.#warm(this.#text, at, length, hash)
      entries[filled++] = entry
      at += length
    }
    this.#filled = filled
    return at
  }

  /** The same for the last bytes of the array, where twelve cannot be loaded. */
  #scanTail(bytes: Uint8Array, start: number, end: number, filled: number): number {
    const to = this.#next(bytes, start, end)
    if (to < 0) return NOT_UTF8
    if (to - start > KEY_BYTES) {
      this.#entries.set([LONG, start, to], filled)
      this.#filled = filled + 3
      return to
    }
    const tail = this.#tail
    tail.bytes.fill(0)
    tail.bytes.set(bytes.subarray(start, to))
    const hash = hashOf(tail.view.getInt32(0, true), tail.view.getInt32(4, true), tail.view.getInt32(8, true))
    this.#entries[filled] = this.#warm(tail, 0, to - start, hash)
    this.#filled = filled + 1
    return to
  }

  /** Looks a short piece up in the big table, tokenises it when it is not there, and makes it hot. */
  #warm(text: Text, at: number, length: number, hash: number): number {
    const k0 = text.view.getInt32(at, true) & KEEP[length]!
    const k1 = text.view.getInt32(at + 4, true) & KEEP[length + 13]!
    const k2 = text.view.getInt32(at + 8, true) & KEEP[length + 26]!
    const cache = this.#cache
    const bucket = (hash >>> (32 - BUCKET_BITS)) << 4
    let slot = bucket
    while (slot < bucket + 16) {
      const same = cache[slot] === k0 && cache[slot + 1] === k1 && cache[slot + 2] === k2
      if (same && cache[slot + 3]! >>> 28 === length) break
      slot += 4
    }
    if (slot === bucket + 16) {
      const entry = this.#missShort(text.bytes, at, length)
      slot = this.#place(bucket)
      cache[slot] = k0
      cache[slot + 1] = k1
      cache[slot + 2] = k2
      cache[slot + 3] = entry
    }
    const place = (hash >>> (32 - HOT_BITS)) << 2
    const hot = this.#hot
    hot[place] = k0
    hot[place + 1] = k1
    hot[place + 2] = k2
    return (hot[place + 3] = cache[slot + 3]!)
  }

  /** An empty place of the bucket, or one of its four in turn. */
  #place(bucket: number): number {
    for (let slot = bucket; slot < bucket + 16; slot += 4) if (this.#cache[slot + 3] === 0) return slot
    return bucket + ((this.#victim++ & 3) << 2)
  }

  #missShort(bytes: Uint8Array, at: number, length: number): number {
    const count = this.#make(bytes, at, at + length)
    if (count === 1) return (length << 28) | (1 << 24) | this.#made[0]!
    const place = this.#arenaUsed
    for (let i = 0; i < count; i++) this.#arena[this.#arenaUsed++] = this.#made[i]!
    return (length << 28) | (count << 24) | place
  }

  /** Empties the caches; only between scans, whose entries point into the arena. */
  #forget(): void {
    this.#cache.fill(0)
    this.#hot.fill(0)
    this.#arenaUsed = 0
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

/** The high bit of every byte that is not a lower-case ASCII letter. */
function notLower(four: number): number {
  const low = four & 0x7f7f7f7f
  return ~((low + 0x1f1f1f1f) & ~(low + 0x05050505) & ~four) & 0x80808080
}

function hashOf(k0: number, k1: number, k2: number): number {
  const h = Math.imul(k0, 0x9e3779b1) ^ Math.imul(k1, 0x85ebca77) ^ Math.imul(k2, 0xc2b2ae3d)
  return Math.imul(h ^ (h >>> 15), 0x2c1b3c6d)
}

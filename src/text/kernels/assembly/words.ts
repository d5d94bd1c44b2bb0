import { mix32, put32, u32At } from './hash'

/** Classes of `text/word-class.ts` the kernel tells apart; anything else is left to the host. */
const SEPARATOR: u32 = 0
const LETTER: u32 = 1
const DIGIT: u32 = 2
const SYMBOL: u32 = 6
const POINT: u32 = 8
const APOSTROPHE: u32 = 9
const CLOSING: u32 = 13
const UNIT_SYMBOL: u32 = 14
const NOT_ASCII: u32 = 15

const LETTERS: u8 = 0
const NUMBER: u8 = 1
const SYMBOLS: u8 = 2

/** Words of one batch of text; arrays hold one value a word. */
@unmanaged
export class WordScan {
  /** u8 per byte value: its class. */
  classes: usize
  /** u32 each: bytes [start, end) of the text a word is cut from, and its hash. */
  start: usize
  end: usize
  hash: usize
  /** u8 each: kind; 1 where it begins with a small letter. */
  kind: usize
  small: usize
  count: u32
  /** Turn t is bytes [textStart[t], textStart[t + 1]) of the text, and words [turnWord[t], turnWord[t + 1]). */
  textStart: usize
  turnWord: usize
  /** The turn the kernel stopped in. */
  turn: u32
}

/** One 8-byte piece of a word into its hash. */
// @ts-ignore: decorator
@inline
function step(h: u32, low: u32, high: u32): u32 {
  const a = (h ^ low) * 0x9e3779b1
  return ((a ^ (a >> 15)) ^ high) * 0x85ebca6b
}

/** Small letters of ASCII text; what else words are made of has the bit already. */
const SMALL: u64 = 0x2020202020202020

/** `wordHash` of `text/hash.ts` over the small letters of ASCII bytes [start, end). */
// @ts-ignore: decorator
@inline
export function asciiHash(start: usize, end: usize): u32 {
  const length = <u32>(end - start)
  let h = length
  let at = start
  while (at + 8 < end) {
    const piece = load<u64>(at) | SMALL
    h = step(h, <u32>piece, <u32>(piece >> 32))
    at += 8
  }
  // The rest, one to eight bytes; behind it nothing.
  const rest = (load<u64>(at) | SMALL) & (u64.MAX_VALUE >> (<u64>(8 - (end - at)) << 3))
  return mix32(step(h, <u32>rest, <u32>(rest >> 32)))
}

/** Where the letters from p on end. */
// @ts-ignore: decorator
@inline
function letterEnd(p: usize): usize {
  let at = p
  let others = othersAt(at)
  while (others == 0) {
    at += 16
    others = othersAt(at)
  }
  return at + <usize>ctz<u32>(others)
}

/** A bit for each of 16 bytes that is no letter. */
// @ts-ignore: decorator
@inline
function othersAt(at: usize): u32 {
  const small = v128.or(v128.load(at), i8x16.splat(0x20))
  const isLetter = i8x16.lt_u(i8x16.sub(small, i8x16.splat(0x61)), i8x16.splat(26))
  return ~(<u32>i8x16.bitmask(isLetter)) & 0xffff
}

/**
 * Finds the words of turns [from, to), from byte `at` of the first of them on; there are bytes to read behind the text.
 * @returns where in turn `w.turn` the host must look by itself: at a character beyond ASCII, or a point or dash that may
 * belong to a number; where all turns are done that is turn `to`.
 */
export function scanTurns(w: WordScan, base: usize, at: u32, from: u32, to: u32): u32 {
  let p = at
  for (let turn = from; turn < to; turn++) {
    const end = u32At(w.textStart, turn + 1)
    p = scanWords(w, base, p, end)
    if (p < end) {
      w.turn = turn
      return p
    }
    put32(w.turnWord, turn + 1, w.count)
  }
  w.turn = to
  return p
}

/** Finds the words of a turn that start in [from, to); returns where it stopped. */
function scanWords(w: WordScan, base: usize, from: u32, to: u32): u32 {
  const classes = w.classes
  const limit = base + <usize>to
  let p = base + <usize>from
  let n = w.count
  while (p < limit) {
    const c = <usize>load<u8>(p)
    const class_ = <u32>load<u8>(classes + c)
    if (class_ == LETTER) {
      let q = min(letterEnd(p), limit)
      if (q < limit) {
        let stop = <u32>load<u8>(classes + <usize>load<u8>(q))
        // An apostrophe stays inside a word.
        while (stop == APOSTROPHE && q + 1 < limit) {
          const after = <u32>load<u8>(classes + <usize>load<u8>(q + 1))
          if (after == NOT_ASCII) stop = NOT_ASCII
          if (after != LETTER) break
          q = min(letterEnd(q + 1), limit)
          stop = q < limit ? <u32>load<u8>(classes + <usize>load<u8>(q)) : SEPARATOR
        }
        if (stop == NOT_ASCII) break
      }
      put(w, n++, base, p, q, asciiHash(p, q), LETTERS)
      p = q
    } else if (class_ == SEPARATOR || class_ == CLOSING || class_ == APOSTROPHE) {
      p++
    } else if (class_ == DIGIT) {
      let q = p
      let next = DIGIT
      do {
        q++
        next = q < limit ? <u32>load<u8>(classes + <usize>load<u8>(q)) : SEPARATOR
        if (next == POINT && q + 1 < limit) {
          const after = <u32>load<u8>(classes + <usize>load<u8>(q + 1))
          if (after == DIGIT || after == NOT_ASCII) next = after
        }
      } while (next == DIGIT)
      if (next == NOT_ASCII) break
      put(w, n++, base, p, q, asciiHash(p, q), NUMBER)
      p = q
    } else if (class_ == SYMBOL || class_ == UNIT_SYMBOL) {
      if (p + 1 < limit && load<u8>(p + 1) >= 0x80) break
      put(w, n++, base, p, p + 1, mix32(step(1, <u32>c, 0)), SYMBOLS)
      p++
    } else {
      if (class_ == NOT_ASCII) break
      // Most points and dashes end a sentence or join words: seen at a glance from the next byte.
      const next = p + 1 < limit ? <u32>load<u8>(classes + <usize>load<u8>(p + 1)) : SEPARATOR
      if (next == DIGIT || next == NOT_ASCII || next == POINT) break
      p++
    }
  }
  w.count = n
  return <u32>(p - base)
}

// @ts-ignore: decorator
@inline
function put(w: WordScan, n: u32, base: usize, start: usize, end: usize, hash: u32, kind: u8): void {
  put32(w.start, n, <u32>(start - base))
  put32(w.end, n, <u32>(end - base))
  put32(w.hash, n, hash)
  store<u8>(w.kind + <usize>n, kind)
  store<u8>(w.small + <usize>n, u8(<u32>load<u8>(start) - 0x61 < 26))
}

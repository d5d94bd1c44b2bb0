import { Hash128, finishHash, hashBytes, hashWord, resetHash } from './hash128'
import { put32, u32At } from './hash'

/** Codes of `core/example.ts`. */
export const SYSTEM: u32 = 0
export const ASSISTANT: u32 = 2
/** Keys of a row, in the order of `KEY` in `duplicates/rows.ts`, and bytes of each. */
export const KEYS: u32 = 6
export const KEY_BYTES: u32 = 16
const CONVERSATION: u32 = 1
const NORMALISED: u32 = 2
const PROMPT: u32 = 3
const ANSWER: u32 = 4

export const SPACE: u32 = 0x20
const FULL_STOP: u8 = 0x2e
const LESS: u8 = 0x3c
/** A turn the host must normalise: it holds more than ASCII. */
export const BEYOND_ASCII: u32 = 0xffffffff

/** Rows of one batch; arrays of u32 unless said otherwise. */
@unmanaged
export class TurnScan {
  /** The text, with bytes to read behind it. */
  text: usize
  /** Row i owns turns [turnStart[i], turnStart[i + 1]); turn t owns bytes [textStart[t], textStart[t + 1]) of the text. */
  turnStart: usize
  textStart: usize
  /** u8 per turn. */
  role: usize
  /** Normalised text of each turn: where it begins, and its length without one trailing full stop. */
  normal: usize
  length: usize
  /** Where the next normalised text goes. */
  next: usize
  /** u8 per row: 1 where an answer may hold a reasoning block, which the host sets apart. */
  reasoning: usize
  /** u8 per row: options its last prompt lists; `BY_HOST` where the host must look. Two u32 per row and letter: their hashes. */
  options: usize
  optionHashes: usize
  /** KEYS × 4 per row. */
  keys: usize
  hashes: usize
  /** Of one question: room for a normalised text; two u32 per letter; a u64 per letter. */
  spare: usize
  labels: usize
  sorted: usize
}

/**
 * Normalises turns [from, to) that are ASCII; the others get the length `BEYOND_ASCII`. What `Normaliser` of
 * `text/normalise.ts` does to ASCII: small letters, one space for every run of white space, none at the ends.
 */
export function normaliseTurns(s: TurnScan, from: u32, to: u32): void {
  let out = s.next
  for (let turn = from; turn < to; turn++) {
    const start = s.text + <usize>u32At(s.textStart, turn)
    const end = s.text + <usize>u32At(s.textStart, turn + 1)
    put32(s.normal, turn, <u32>out)
    if (load<u8>(s.role + <usize>turn) == <u8>SYSTEM) {
      put32(s.length, turn, 0)
      continue
    }
    const stop = normalise(start, end, out)
    if (stop == 0) {
      put32(s.length, turn, BEYOND_ASCII)
      continue
    }
    put32(s.length, turn, withoutFullStop(out, <u32>(stop - out)))
    out = stop
  }
  s.next = out
}

/** Writes the normalised text to `out`; returns where it ends, or 0 where it is not ASCII. */
export function normalise(start: usize, end: usize, out: usize): usize {
  let at = start
  let o = out
  // The beginning counts as white space: what follows it is left out.
  let space = true
  while (at + 16 <= end) {
    const v = v128.load(at)
    if (v128.any_true(i8x16.lt_s(v, i8x16.splat(0)))) return 0
    const white = v128.or(
      i8x16.eq(v, i8x16.splat(0x20)),
      i8x16.lt_u(i8x16.sub(v, i8x16.splat(9)), i8x16.splat(5)),
    )
    const mask = <u32>i8x16.bitmask(white)
    if ((mask & ((mask << 1) | u32(space))) == 0) {
      const capital = i8x16.lt_u(i8x16.sub(v, i8x16.splat(0x41)), i8x16.splat(26))
      const small = i8x16.add(v, v128.and(capital, i8x16.splat(0x20)))
      v128.store(o, v128.bitselect(i8x16.splat(0x20), small, white))
      o += 16
      space = (mask & 0x8000) != 0
    } else {
      for (let i: usize = 0; i < 16; i++) {
        const c = small1(<u32>load<u8>(at + i))
        const white1 = c == SPACE
        store<u8>(o, <u8>c)
        o += usize(!(white1 && space))
        space = white1
      }
    }
    at += 16
  }
  for (; at < end; at++) {
    const b = <u32>load<u8>(at)
    if (b >= 0x80) return 0
    const c = small1(b)
    const white1 = c == SPACE
    store<u8>(o, <u8>c)
    o += usize(!(white1 && space))
    space = white1
  }
  return o > out && space ? o - 1 : o
}

// @ts-ignore: decorator
@inline
function small1(b: u32): u32 {
  if (b - 0x41 < 26) return b + 0x20
  return b - 9 < 5 ? SPACE : b
}

/** Length without one trailing full stop, and the space it may leave. */
export function withoutFullStop(text: usize, length: u32): u32 {
  if (length == 0 || load<u8>(text + <usize>(length - 1)) != FULL_STOP) return length
  return length > 1 && load<u8>(text + <usize>(length - 2)) == <u8>SPACE ? length - 2 : length - 1
}

/** Writes the keys of rows [from, to), all turns of which are normalised. */
export function hashRows(s: TurnScan, from: u32, to: u32): void {
  for (let row = from; row < to; row++) hashRow(s, row)
}

function hashRow(s: TurnScan, row: u32): void {
  const first = u32At(s.turnStart, row)
  const end = u32At(s.turnStart, row + 1)
  const out = s.keys + <usize>(row * KEYS * KEY_BYTES)
  const whole = changetype<Hash128>(s.hashes)
  const view = changetype<Hash128>(s.hashes + 64)
  const answer = changetype<Hash128>(s.hashes + 128)
  resetHash(whole, 1)
  resetHash(view, 2)
  resetHash(answer, 4)
  let views: u32 = 0
  let prompts: u32 = 0
  let answers: u32 = 0
  let answered = false
  // A prompt after an answer: the prompts are no beginning of the view.
  let scattered = false
  let reasoning = false
  for (let turn = first; turn < end; turn++) {
    const role = <u32>load<u8>(s.role + <usize>turn)
    const start = u32At(s.textStart, turn)
    const bytes = u32At(s.textStart, turn + 1) - start
    hashWord(whole, role)
    hashWord(whole, bytes)
    hashBytes(whole, s.text + <usize>start, bytes)
    if (role == SYSTEM) continue
    const normal = <usize>u32At(s.normal, turn)
    const length = u32At(s.length, turn)
    views += length
    hashWord(view, role)
    hashWord(view, length)
    hashBytes(view, normal, length)
    if (role == ASSISTANT) {
      answered = true
      answers += length
      reasoning = reasoning || holdsLess(s.text + <usize>start, bytes)
      hashWord(answer, length)
      hashBytes(answer, normal, length)
    } else {
      prompts += length
      scattered = scattered || answered
      if (!scattered && prompts > 0) finishHash(view, out + <usize>(PROMPT * KEY_BYTES))
    }
  }
  if (end > first) finishHash(whole, out + <usize>(CONVERSATION * KEY_BYTES))
  if (views > 0) finishHash(view, out + <usize>(NORMALISED * KEY_BYTES))
  if (scattered && prompts > 0) hashPrompts(s, first, end, out + <usize>(PROMPT * KEY_BYTES))
  if (answers > 0) finishHash(answer, out + <usize>(ANSWER * KEY_BYTES))
  store<u8>(s.reasoning + <usize>row, u8(reasoning))
}

/** The key a view of the prompts alone would have, as where they come before all answers. */
function hashPrompts(s: TurnScan, first: u32, end: u32, out: usize): void {
  const hash = changetype<Hash128>(s.hashes)
  resetHash(hash, 2)
  for (let turn = first; turn < end; turn++) {
    const role = <u32>load<u8>(s.role + <usize>turn)
    if (role == SYSTEM || role == ASSISTANT) continue
    const length = u32At(s.length, turn)
    hashWord(hash, role)
    hashWord(hash, length)
    hashBytes(hash, <usize>u32At(s.normal, turn), length)
  }
  finishHash(hash, out)
}

/** Whether there is a "<", without which there is no tag. */
function holdsLess(start: usize, bytes: u32): bool {
  let i: u32 = 0
  const less = i8x16.splat(<i8>LESS)
  for (; i + 16 <= bytes; i += 16) {
    if (v128.any_true(i8x16.eq(v128.load(start + <usize>i), less))) return true
  }
  for (; i < bytes; i++) if (load<u8>(start + <usize>i) == LESS) return true
  return false
}

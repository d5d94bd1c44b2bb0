import { put32, u32At } from './hash'
import { Hash128, finishHash, hashBytes, hashWord, resetHash } from './hash128'
import { MOST_OPTIONS, OPTION_LAYOUTS, closes, findLabels, isSpace, kindOf, labelAt, leastOf, lineEnd, mayListOtherwise } from './labels'
import { ASSISTANT, KEYS, KEY_BYTES, SPACE, SYSTEM, TurnScan, normalise, withoutFullStop } from './turns'

const QUESTION: u32 = 5
/** Options of a row the host must look for: its question holds more than ASCII. */
export const BY_HOST: u8 = 255
/** Of the byte a row gets, the bits of the number of options; above them the kind of the labels. */
export const LABELS_SHIFT: u32 = 5
export const COUNT_MASK: u32 = 31

/** "choices:", "options:" and "answer ", as eight bytes and as seven, read at once. */
const CHOICES: u64 = 0x3a736563696f6863
const OPTIONS: u64 = 0x3a736e6f6974706f
const ANSWER: u64 = 0x20726577736e61
const SEVEN_BYTES: u64 = 0x00ffffffffffffff

/** What stands behind options that must close the question: more of it, nothing, or a line that asks for a letter. */
const GOES_ON: u32 = 0
const CLOSES: u32 = 1
const ASKS_LETTER: u32 = 2
const LONGEST_INSTRUCTION: usize = 160
/** How lines begin that say how to answer, as seven bytes and as eight: `INSTRUCTIONS` of `duplicates/choices.ts`. */
const ANSWER_COLON: u64 = 0x3a726577736e61
const ANSWER_W: u64 = 0x7720726577736e61
const ANSWER_O: u64 = 0x6f20726577736e61
const ANSWER_B: u64 = 0x6220726577736e61
const REPLY_WI: u64 = 0x697720796c706572
const SELECT_O: u64 = 0x6f207463656c6573
const CHOOSE_O: u64 = 0x6f2065736f6f6863
const CHOOSE_T: u64 = 0x742065736f6f6863
/** "lett" and "er". */
const LETT: u32 = 0x7474656c
const ER: u32 = 0x7265
const LETTERS_SMALL: u32 = 0x20202020

/**
 * Finds the options the last prompts of rows [from, to) list, as `findChoices` of `duplicates/choices.ts` does; writes how
 * many there are, 64 bits of hash of each, and the question key: earlier prompts, the stem, the options whatever their order.
 */
export function findOptions(s: TurnScan, from: u32, to: u32): void {
  for (let row = from; row < to; row++) store<u8>(s.options + <usize>row, <u8>optionsOf(s, row))
}

function optionsOf(s: TurnScan, row: u32): u32 {
  const prompt = lastPrompt(s, row)
  if (prompt < 0) return 0
  const start = textAt(s, <u32>prompt)
  const end = textAt(s, <u32>prompt + 1)
  for (let layout: u32 = 0; layout < OPTION_LAYOUTS; layout++) {
    const count = findLabels(s, start, end, layout)
    if (count < leastOf(layout)) continue
    // The first label ends the stem.
    const stemEnd = trimEnd(start, labelAt(s, 0))
    const last = lineEnd(<usize>u32At(s.labels, 2 * count - 1), end)
    const behind = closes(layout) ? closing(last, end) : CLOSES
    if (behind == GOES_ON || trimStart(start, stemEnd) == stemEnd || !trimOptions(s, last, count)) continue
    const known = hashOptions(s, row, count) && hashQuestion(s, row, <u32>prompt, stemEnd, count)
    const kind = behind == ASKS_LETTER ? 0 : kindOf(layout)
    return known ? count | (kind << LABELS_SHIFT) : <u32>BY_HOST
  }
  return mayListOtherwise(start, end) ? <u32>BY_HOST : 0
}

/** Nothing, or one line that says how to answer, by a letter or otherwise. */
function closing(from: usize, to: usize): u32 {
  const start = trimStart(from, to)
  const end = trimEnd(start, to)
  if (start == end) return CLOSES
  if (end - start > LONGEST_INSTRUCTION || end - start < 7) return GOES_ON
  for (let at = start; at < end; at++) if (load<u8>(at) == 0x0a) return GOES_ON
  if (!isInstruction(start, end)) return GOES_ON
  for (let at = start; at + 6 <= end; at++) {
    if ((load<u32>(at) | LETTERS_SMALL) == LETT && (<u32>load<u16>(at + 4) | 0x2020) == ER) return ASKS_LETTER
  }
  return CLOSES
}

function isInstruction(start: usize, end: usize): bool {
  const first = smallLetters(load<u64>(start))
  if ((first & SEVEN_BYTES) == ANSWER_COLON) return true
  if (end - start < 8) return false
  if (first == ANSWER_W || first == ANSWER_O || first == ANSWER_B || first == REPLY_WI) return true
  return first == SELECT_O || first == CHOOSE_O || first == CHOOSE_T
}

/** Eight bytes with small letters for capitals: what is one has the bit of small letters added. */
function smallLetters(bytes: u64): u64 {
  let small: u64 = 0
  for (let shift: u64 = 0; shift < 64; shift += 8) {
    const byte = (bytes >> shift) & 0xff
    small |= (byte - 65 < 26 ? byte | 0x20 : byte) << shift
  }
  return small
}

/** Puts the bounds of the options in the place of their labels; false where one of them is empty. */
function trimOptions(s: TurnScan, last: usize, count: u32): bool {
  // An option ends where the next label begins.
  for (let i: u32 = 0; i < count; i++) if (!trimOption(s, i, i + 1 < count ? labelAt(s, i + 1) : last)) return false
  return true
}

/** The last turn that asks, or −1. */
function lastPrompt(s: TurnScan, row: u32): i32 {
  const first = <i32>u32At(s.turnStart, row)
  for (let turn = <i32>u32At(s.turnStart, row + 1) - 1; turn >= first; turn--) {
    const role = <u32>load<u8>(s.role + <usize>turn)
    if (role != SYSTEM && role != ASSISTANT) return turn
  }
  return -1
}

// @ts-ignore: decorator
@inline
function textAt(s: TurnScan, turn: u32): usize {
  return s.text + <usize>u32At(s.textStart, turn)
}

function trimStart(from: usize, to: usize): usize {
  let at = from
  while (at < to && isSpace(load<u8>(at))) at++
  return at
}

function trimEnd(from: usize, to: usize): usize {
  let at = to
  while (at > from && isSpace(load<u8>(at - 1))) at--
  return at
}

/** Puts the bounds of option i in the place of its label's, without emphasis and what parts it from the next. */
function trimOption(s: TurnScan, i: u32, stop: usize): bool {
  let from = <usize>u32At(s.labels, 2 * i + 1)
  let to = stop
  while (from < to && isMargin(load<u8>(from))) from++
  while (to > from && (isMargin(load<u8>(to - 1)) || load<u8>(to - 1) == 0x2c || load<u8>(to - 1) == 0x3b)) to--
  put32(s.labels, 2 * i, <u32>to)
  put32(s.labels, 2 * i + 1, <u32>from)
  return to > from
}

// @ts-ignore: decorator
@inline
function isMargin(c: u8): bool {
  return isSpace(c) || c == 0x2a
}

// @ts-ignore: decorator
@inline
function hashOf(s: TurnScan, row: u32, i: u32): usize {
  return s.optionHashes + ((<usize>(row * MOST_OPTIONS + i)) << 3)
}

/** Writes 64 bits of hash of each option; false where one is not ASCII. */
function hashOptions(s: TurnScan, row: u32, count: u32): bool {
  const hash = changetype<Hash128>(s.hashes)
  const four = s.hashes + 64
  for (let i: u32 = 0; i < count; i++) {
    const stop = normalise(<usize>u32At(s.labels, 2 * i + 1), labelAt(s, i), s.spare)
    if (stop == 0) return false
    resetHash(hash, 0)
    hashBytes(hash, s.spare, withoutFullStop(s.spare, <u32>(stop - s.spare)))
    finishHash(hash, four)
    store<u64>(hashOf(s, row, i), load<u64>(four))
  }
  return true
}

/** Writes the question key; false where a text of it is not ASCII. */
function hashQuestion(s: TurnScan, row: u32, prompt: u32, stemEnd: usize, count: u32): bool {
  const hash = changetype<Hash128>(s.hashes)
  resetHash(hash, 5)
  for (let turn = u32At(s.turnStart, row); turn < prompt; turn++) {
    const role = <u32>load<u8>(s.role + <usize>turn)
    if (role == SYSTEM || role == ASSISTANT) continue
    const earlier = normalise(textAt(s, turn), textAt(s, turn + 1), s.spare)
    if (earlier == 0) return false
    hashText(s, hash, <u32>(earlier - s.spare))
  }
  const stem = normalise(textAt(s, prompt), stemEnd, s.spare)
  if (stem == 0) return false
  hashText(s, hash, withoutIntroduction(s.spare, <u32>(stem - s.spare)))
  sortHashes(s, row, count)
  for (let i: u32 = 0; i < count; i++) {
    const pair = load<u64>(s.sorted + ((<usize>i) << 3))
    hashWord(hash, <u32>(pair >> 32))
    hashWord(hash, <u32>pair)
  }
  finishHash(hash, s.keys + <usize>(row * KEYS * KEY_BYTES + QUESTION * KEY_BYTES))
  return true
}

function hashText(s: TurnScan, hash: Hash128, length: u32): void {
  hashWord(hash, length)
  hashBytes(hash, s.spare, length)
}

/** Length of a normalised stem without the words that introduce the options. */
function withoutIntroduction(text: usize, length: u32): u32 {
  if (length < 8) return length
  const last = load<u64>(text + <usize>(length - 8))
  if (last != CHOICES && last != OPTIONS) return length
  let end = length - 8
  if (end >= 7 && (load<u64>(text + <usize>(end - 7)) & SEVEN_BYTES) == ANSWER) end -= 7
  while (end > 0 && load<u8>(text + <usize>(end - 1)) == <u8>SPACE) end--
  return end
}

/** The options' hashes ascending, the first word before the second: there are few. */
function sortHashes(s: TurnScan, row: u32, count: u32): void {
  for (let i: u32 = 0; i < count; i++) {
    const pair = rotl<u64>(load<u64>(hashOf(s, row, i)), 32)
    let at = i
    while (at > 0) {
      const before = load<u64>(s.sorted + ((<usize>(at - 1)) << 3))
      if (before <= pair) break
      store<u64>(s.sorted + ((<usize>at) << 3), before)
      at--
    }
    store<u64>(s.sorted + ((<usize>at) << 3), pair)
  }
}

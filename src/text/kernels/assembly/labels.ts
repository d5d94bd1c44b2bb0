import { put32, u32At } from './hash'
import { TurnScan } from './turns'

/** Options a question has at most: one per letter. */
export const MOST_OPTIONS: u32 = 26
const NEWLINE: u8 = 0x0a
const RETURN: u8 = 0x0d

/**
 * Layouts, in the order they are tried in: A, a, A behind a space, 1, i, I, hyphens, stars, round bullets. The first that
 * makes a question of a text counts.
 */
const LOWER: u32 = 1
const INLINE: u32 = 2
const DIGITS: u32 = 3
const ROMAN: u32 = 4
const HYPHENS: u32 = 6
const STARS: u32 = 7
export const OPTION_LAYOUTS: u32 = 9

/** "Option " in small letters, as seven bytes: the space has its bit already. */
const OPTION: u64 = 0x206e6f6974706f
/** The bit that makes an ASCII letter small. */
const SMALL: u64 = 0x20202020202020
const SEVEN_BYTES: u64 = 0x00ffffffffffffff
/** "•", "、", "．", "）" and "：" as three bytes. */
const BULLET: u32 = 0xa280e2
const WIDE_COMMA: u32 = 0x8180e3
const WIDE_STOP: u32 = 0x8ebcef
const WIDE_BRACKET: u32 = 0x89bcef
const WIDE_COLON: u32 = 0x9abcef

/** Of label i, two u32: where it begins, which its option's end takes the place of; where its option begins. */
// @ts-ignore: decorator
@inline
export function labelAt(s: TurnScan, i: u32): usize {
  return <usize>u32At(s.labels, 2 * i)
}

/** Labels a layout takes. */
export function leastOf(layout: u32): u32 {
  return layout == INLINE || layout >= HYPHENS ? 3 : 2
}

/** What an answer names an option by: 0 for A, 1 for a, 2 for 1, 3 for nothing. */
export function kindOf(layout: u32): u32 {
  return layout <= INLINE ? u32(layout == LOWER) : min(layout - 1, 3)
}

/** Numbers and bullets list other things too: as options they close the question. */
export function closes(layout: u32): bool {
  return layout >= DIGITS
}

/** Finds the labels of a layout in their order; returns how many. */
export function findLabels(s: TurnScan, start: usize, end: usize, layout: u32): u32 {
  if (layout >= DIGITS) return findLines(s, start, end, layout)
  const first: u32 = layout == LOWER ? 0x61 : 0x41
  let count: u32 = 0
  let at = start
  while (count < MOST_OPTIONS) {
    at = letterAt(at, end, <i8>(first + count))
    if (at >= end) break
    if (putLabel(s, count, at, at + 1, start, end, layout)) count++
    at++
  }
  return count
}

/** Where a letter stands before what may follow a label; at or behind `end` where it does not. */
function letterAt(start: usize, end: usize, letter: i8): usize {
  for (let at = start; at < end; at += 16) {
    const here = i8x16.eq(v128.load(at), i8x16.splat(letter))
    if (!v128.any_true(here)) continue
    const next = v128.load(at + 1)
    // ")", "*", "." and ":", "]", "_", " -"
    const marks = v128.or(
      v128.or(i8x16.eq(next, i8x16.splat(0x29)), i8x16.eq(next, i8x16.splat(0x2a))),
      v128.or(i8x16.eq(next, i8x16.splat(0x2e)), i8x16.eq(next, i8x16.splat(0x3a))),
    )
    const others = v128.or(
      v128.or(i8x16.eq(next, i8x16.splat(0x5d)), i8x16.eq(next, i8x16.splat(0x5f))),
      v128.and(i8x16.eq(next, i8x16.splat(0x20)), i8x16.eq(v128.load(at + 2), i8x16.splat(0x2d))),
    )
    // The first byte of "、", and of "．", "）" and "：".
    const wide = v128.or(i8x16.eq(next, i8x16.splat(<i8>0xe3)), i8x16.eq(next, i8x16.splat(<i8>0xef)))
    const found = <u32>i8x16.bitmask(v128.and(here, v128.or(v128.or(marks, others), wide)))
    if (found != 0) return at + <usize>ctz<u32>(found)
  }
  return end
}

/**
 * May the text hold options that are seldom listed so, and that the host looks for: "A) … B)", "a) … b)", "1) … 2) …", or an
 * object of them? The second label closes in the same way as the first, some way behind it.
 */
export function mayListOtherwise(start: usize, end: usize): bool {
  // Of a first label without a second, later ones have none either.
  let without: u32 = 0
  for (let at = labelPartAt(start, end); at < end; at = labelPartAt(at + 1, end)) {
    const first = load<u8>(at)
    const mark = load<u8>(at + 1)
    const kind: u32 = 1 << (((first >> 5) << 2) | ((mark >> 1) & 3))
    if ((without & kind) != 0) continue
    for (let next = at + 2; next + 1 < end; next++) {
      if (load<u8>(next) == first + 1 && load<u8>(next + 1) == mark) return true
    }
    without |= kind
  }
  return false
}

/** Where A, a or 1 stands behind a space, a bracket or a quotation mark, and before a bracket or that mark. */
function labelPartAt(start: usize, end: usize): usize {
  for (let at = start; at < end; at += 16) {
    const here = v128.load(at)
    const first = v128.or(
      v128.or(i8x16.eq(here, i8x16.splat(0x41)), i8x16.eq(here, i8x16.splat(0x61))),
      i8x16.eq(here, i8x16.splat(0x31)),
    )
    if (!v128.any_true(first)) continue
    const next = v128.load(at + 1)
    const marks = v128.or(
      v128.or(i8x16.eq(next, i8x16.splat(0x29)), i8x16.eq(next, i8x16.splat(0x5d))),
      v128.or(i8x16.eq(next, i8x16.splat(0x22)), i8x16.eq(next, i8x16.splat(0x27))),
    )
    let found = <u32>i8x16.bitmask(v128.and(first, marks))
    for (; found != 0; found &= found - 1) {
      const label = at + <usize>ctz<u32>(found)
      if (label > start && label + 1 < end && mayStandBefore(load<u8>(label - 1), load<u8>(label + 1))) return label
    }
  }
  return end
}

function mayStandBefore(before: u8, mark: u8): bool {
  if (mark == 0x22 || mark == 0x27) return before == mark
  return isSpace(before) || before == 0x28 || before == 0x5b || isBeforeLabel(before)
}

/** Finds labels that stand at the start of a line only. */
function findLines(s: TurnScan, start: usize, end: usize, layout: u32): u32 {
  let count: u32 = 0
  let line = start
  while (line < end && count < MOST_OPTIONS) {
    if (layout >= HYPHENS) {
      if (putBullet(s, count, line, end, layout)) count++
    } else {
      let at = line
      while (at < end && isBeforeLabel(load<u8>(at))) at++
      if (at + 7 <= end && isOption(at)) at += 7
      if (at < end && (load<u8>(at) == 0x28 || load<u8>(at) == 0x5b)) at++
      const to = labelEnd(at, end, layout, count)
      if (to != 0 && putLabel(s, count, at, to, start, end, layout)) count++
    }
    line = nextLine(line, end)
  }
  return count
}

/** Behind the next end of a line. */
function nextLine(from: usize, end: usize): usize {
  for (let at = from; at < end; at += 16) {
    const bytes = v128.load(at)
    const ends = v128.or(i8x16.eq(bytes, i8x16.splat(<i8>NEWLINE)), i8x16.eq(bytes, i8x16.splat(<i8>RETURN)))
    const found = <u32>i8x16.bitmask(ends)
    if (found != 0) return at + <usize>ctz<u32>(found) + 1
  }
  return end
}

function putBullet(s: TurnScan, count: u32, line: usize, end: usize, layout: u32): bool {
  let at = line
  while (at < end && isBlank(load<u8>(at))) at++
  const length: usize = layout > STARS ? 3 : 1
  if (at + length >= end || !isBlank(load<u8>(at + length))) return false
  const round = (load<u32>(at) & 0xffffff) == BULLET
  const bullet: u8 = layout == HYPHENS ? 0x2d : 0x2a
  if (layout > STARS ? !round : load<u8>(at) != bullet) return false
  put32(s.labels, 2 * count, <u32>line)
  put32(s.labels, 2 * count + 1, <u32>(at + length))
  return true
}

/** Where number `count` (from 0) of a layout ends when it is written from `at` on, or 0. */
function labelEnd(at: usize, end: usize, layout: u32, count: u32): usize {
  const number = count + 1
  if (layout == DIGITS) {
    if (number < 10) return at < end && <u32>load<u8>(at) == 0x30 + number ? at + 1 : 0
    const written = <u32>(0x30 + number / 10) | ((0x30 + (number % 10)) << 8)
    return at + 2 <= end && <u32>load<u16>(at) == written ? at + 2 : 0
  }
  const roman = romanOf(number)
  if (roman == 0) return 0
  const length = (39 - clz<u32>(roman)) >> 3
  const mask: u32 = length == 4 ? 0xffffffff : (1 << (length << 3)) - 1
  const written = layout == ROMAN ? roman : roman & 0xdfdfdfdf
  return at + <usize>length <= end && (load<u32>(at) & mask) == written ? at + <usize>length : 0
}

/** i to x, the first letter lowest; 0 above. */
function romanOf(number: u32): u32 {
  switch (number) {
    case 1:
      return 0x69
    case 2:
      return 0x6969
    case 3:
      return 0x696969
    case 4:
      return 0x7669
    case 5:
      return 0x76
    case 6:
      return 0x6976
    case 7:
      return 0x696976
    case 8:
      return 0x69696976
    case 9:
      return 0x7869
    case 10:
      return 0x78
    default:
      return 0
  }
}

/** Writes label `count`, written in [i, to), when it is one: where it begins, and where its option does. */
function putLabel(s: TurnScan, count: u32, i: usize, to: usize, start: usize, end: usize, layout: u32): bool {
  const opening = i > start ? load<u8>(i - 1) : <u8>0
  const closing: u8 = opening == 0x28 ? 0x29 : opening == 0x5b ? 0x5d : 0
  const mark = markEnd(to, end, closing)
  if (mark == 0) return false
  const after = skipEmphasis(mark, end)
  const begin = closing == 0 ? i : i - 1
  let at = lineStart(begin >= start + 7 && isOption(begin - 7) ? begin - 7 : begin, start)
  const dashed = closing == 0 && load<u8>(mark - 1) == 0x2d
  if (after < end && !isSpace(load<u8>(after))) {
    // "A.x": a capital at the beginning of a line needs no space behind its mark; nor does any label before a wide one.
    const capital = layout == 0 || layout == INLINE
    if ((at == 0 || !capital || dashed) && load<u8>(mark - 1) < 0x80) return false
  }
  if (at == 0) {
    if (dashed || layout >= DIGITS || (closing == 0 && layout != INLINE)) return false
    at = begin
    while (at > start && load<u8>(at - 1) == 0x2a) at--
    if (at == start || !isSpace(load<u8>(at - 1))) return false
  }
  put32(s.labels, 2 * count, <u32>at)
  put32(s.labels, 2 * count + 1, <u32>after)
  return true
}

/** Where the mark behind a label ends: the closing bracket, ")", ".", ":", a wide one, or " -"; 0: there is none. */
function markEnd(to: usize, end: usize, closing: u8): usize {
  const at = skipEmphasis(to, end)
  if (at >= end) return 0
  const mark = load<u8>(at)
  if (closing != 0) return mark == closing ? at + 1 : 0
  if (mark == 0x29 || mark == 0x2e || mark == 0x3a) return at + 1
  if (mark >= 0x80) return at + 3 <= end && isWideMark(load<u32>(at) & 0xffffff) ? at + 3 : 0
  return at == to && mark == 0x20 && at + 1 < end && load<u8>(at + 1) == 0x2d ? at + 2 : 0
}

function isWideMark(bytes: u32): bool {
  return bytes == WIDE_COMMA || bytes == WIDE_STOP || bytes == WIDE_BRACKET || bytes == WIDE_COLON
}

function skipEmphasis(from: usize, end: usize): usize {
  let at = from
  while (at < end && (load<u8>(at) == 0x2a || load<u8>(at) == 0x5f)) at++
  return at
}

/** Does "option " stand there, in letters of any case? */
// @ts-ignore: decorator
@inline
function isOption(at: usize): bool {
  return ((load<u64>(at) & SEVEN_BYTES) | SMALL) == OPTION
}

/** Start of the line on which only what may stand before a label does, or 0. */
function lineStart(at: usize, start: usize): usize {
  let p = at
  while (p > start) {
    const c = load<u8>(p - 1)
    if (c == NEWLINE || c == RETURN) return p
    if (!isBeforeLabel(c)) return 0
    p--
  }
  return p
}

// @ts-ignore: decorator
@inline
function isBlank(c: u8): bool {
  return c == 0x20 || c == 9
}

/** Spaces, bullets and emphasis may stand before a label. */
// @ts-ignore: decorator
@inline
function isBeforeLabel(c: u8): bool {
  return isBlank(c) || c == 0x2a || c == 0x2d || c == 0x5f
}

// @ts-ignore: decorator
@inline
export function isSpace(c: u8): bool {
  return c == 0x20 || c - 9 < 5
}

export function lineEnd(from: usize, end: usize): usize {
  let at = from
  while (at < end && load<u8>(at) != NEWLINE) at++
  return min(at, end)
}

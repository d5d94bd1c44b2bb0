import { chunkAt, chunkLength, emit, Emitter } from './entries'
import { put32, u32At } from './hash'
import { JOIN_FOUND, JOIN_LOOKS, RARE_FOUND, RARE_LOOKS, ROLE_BITS, Search } from './search'

/** A posting: the view, its roles above it, and at the top a mark on the first posting of a shingle. */
const VIEW_BITS: u32 = 27
export const VIEW_MASK: u32 = (1 << VIEW_BITS) - 1
const FIRST: u32 = 0x80000000

// @ts-ignore: decorator
@inline
export function isFirst(posting: u32): bool {
  return (posting & FIRST) != 0
}

// @ts-ignore: decorator
@inline
export function rolesOf(posting: u32): u32 {
  return (posting >> VIEW_BITS) & 15
}

/** Whether a view with these roles has to do with one that comes before it. */
// @ts-ignore: decorator
@inline
export function meets(roles: u32, before: u32): u32 {
  const joins = ((roles & JOIN_LOOKS) != 0 && (before & JOIN_FOUND) != 0) ||
    ((roles & JOIN_FOUND) != 0 && (before & JOIN_LOOKS) != 0)
  const rare = (roles & RARE_LOOKS) != 0 && (before & RARE_FOUND) != 0
  return (joins ? 1 : 0) | (rare ? 2 : 0)
}

/** Bits of the digits entries are sorted by: the top bits are the same for all of a hash range. */
const DIGIT_BITS: u32 = 9
const DIGITS: u32 = 1 << DIGIT_BITS

/**
 * Sorts the entries of `chunks` chunks, whose addresses and numbers of entries lie at `list`, by hash, into `a`; `b` has
 * as much room. @returns how many there are.
 */
export function sortEntries(list: usize, chunks: u32, a: usize, b: usize, ofDigit: usize): u32 {
  memory.fill(ofDigit, 0, 3 * DIGITS * 4)
  let n: u32 = 0
  for (let c: u32 = 0; c < chunks; c++) {
    const at = chunkAt(list, c)
    const used = chunkLength(list, c)
    for (let i: u32 = 0; i < used; i++) {
      const hash = load<u32>(at + ((<usize>i) << 3) + 4)
      bump(ofDigit, hash & (DIGITS - 1))
      bump(ofDigit, DIGITS + ((hash >> DIGIT_BITS) & (DIGITS - 1)))
      bump(ofDigit, 2 * DIGITS + ((hash >> (2 * DIGIT_BITS)) & (DIGITS - 1)))
    }
    n += used
  }
  for (let digit: u32 = 0; digit < 3; digit++) sumUp(ofDigit + <usize>(digit * DIGITS * 4))
  for (let c: u32 = 0; c < chunks; c++)
    scatter(chunkAt(list, c), chunkLength(list, c), a, ofDigit, 0)
  scatter(a, n, b, ofDigit, 1)
  scatter(b, n, a, ofDigit, 2)
  return n
}

// @ts-ignore: decorator
@inline
function bump(array: usize, i: u32): void {
  put32(array, i, u32At(array, i) + 1)
}

function sumUp(counts: usize): void {
  let sum: u32 = 0
  for (let i: u32 = 0; i < DIGITS; i++) {
    const count = u32At(counts, i)
    put32(counts, i, sum)
    sum += count
  }
}

function scatter(from: usize, n: u32, to: usize, ofDigit: usize, digit: u32): void {
  const next = ofDigit + <usize>(digit * DIGITS * 4)
  for (let i: u32 = 0; i < n; i++) {
    const entry = load<u64>(from + ((<usize>i) << 3))
    const place = next + <usize>(((<u32>(entry >> (32 + digit * DIGIT_BITS))) & (DIGITS - 1)) << 2)
    const at = load<u32>(place)
    store<u64>(to + ((<usize>at) << 3), entry)
    store<u32>(place, at + 1)
  }
}

/**
 * Posts sorted entries from number `base` of `posted` on: for one shingle after another the views that have it, ascending.
 * A view that looks for others, or is looked for, among those before it gets a place: the number of its posting.
 * @returns how many postings there are.
 */
export function postEntries(s: Search, e: Emitter, a: usize, n: u32, b: usize, base: u32): u32 {
  let end = base
  for (let from: u32 = 0; from < n;) {
    const hash = load<u32>(a + ((<usize>from) << 3) + 4)
    let roles = load<u32>(a + ((<usize>from) << 3))
    let to = from + 1
    while (to < n && load<u32>(a + ((<usize>to) << 3) + 4) == hash) {
      roles |= load<u32>(a + ((<usize>to) << 3))
      to++
    }
    const joins = (roles & JOIN_LOOKS) != 0 && (roles & JOIN_FOUND) != 0
    const rare = (roles & RARE_LOOKS) != 0 && (roles & RARE_FOUND) != 0
    if (to - from > 1 && (joins || rare)) end = postShingle(s, e, a, from, to, b, end)
    from = to
  }
  return end - base
}

function postShingle(s: Search, e: Emitter, a: usize, from: u32, to: u32, b: usize, base: u32): u32 {
  sortViews(a, from, to, b)
  let seen: u32 = 0
  let last: u32 = 0
  let end = base
  let used = base
  for (let i = from; i < to; i++) {
    const value = load<u32>(a + ((<usize>i) << 3))
    const view = value >> ROLE_BITS
    const roles = value & ((1 << ROLE_BITS) - 1)
    if (meets(roles, seen) != 0 && last >= u32At(s.low, view)) {
      emit(e, view >> s.rangeBits, view, end)
      used = end + 1
    }
    put32(s.posted, end, view | (roles << VIEW_BITS) | (end == base ? FIRST : 0))
    seen |= roles
    last = view
    end++
  }
  // What nobody finds need not be kept.
  return used
}

/** Most entries sorted by insertion. */
const FEW: u32 = 48

/** Sorts entries [from, to), which have one hash, by view. */
function sortViews(a: usize, from: u32, to: u32, b: usize): void {
  if (to - from > FEW) {
    sortMany(a + ((<usize>from) << 3), to - from, b)
    return
  }
  for (let i = from + 1; i < to; i++) {
    const entry = load<u64>(a + ((<usize>i) << 3))
    let at = i
    while (at > from) {
      const before = load<u64>(a + ((<usize>(at - 1)) << 3))
      if (before <= entry) break
      store<u64>(a + ((<usize>at) << 3), before)
      at--
    }
    store<u64>(a + ((<usize>at) << 3), entry)
  }
}

/** A merge sort from the bottom up; `b` has room for as many. */
function sortMany(a: usize, n: u32, b: usize): void {
  let from = a
  let to = b
  for (let width: u32 = 1; width < n; width *= 2) {
    for (let left: u32 = 0; left < n; left += 2 * width) {
      const middle = min(left + width, n)
      const right = min(left + 2 * width, n)
      let i = left
      let j = middle
      for (let k = left; k < right; k++) {
        const takeLeft =
          i < middle && (j >= right || load<u64>(from + ((<usize>i) << 3)) <= load<u64>(from + ((<usize>j) << 3)))
        const entry = load<u64>(from + ((<usize>(takeLeft ? i : j)) << 3))
        store<u64>(to + ((<usize>k) << 3), entry)
        if (takeLeft) i++
        else j++
      }
    }
    const other = from
    from = to
    to = other
  }
  if (from != a) memory.copy(a, from, (<usize>n) << 3)
}

/**
 * Sorts places by view: those of view `base` + i go to places[start[i]] to places[start[i + 1]]. `start` has room for two
 * more values than there are views.
 */
export function sortPlaces(list: usize, chunks: u32, base: u32, views: u32, start: usize, places: usize): void {
  memory.fill(start, 0, (views + 2) << 2)
  for (let c: u32 = 0; c < chunks; c++) {
    const at = chunkAt(list, c)
    for (let i: u32 = 0; i < chunkLength(list, c); i++)
      bump(start, load<u32>(at + ((<usize>i) << 3) + 4) - base + 2)
  }
  for (let v: u32 = 2; v < views + 2; v++) put32(start, v, u32At(start, v) + u32At(start, v - 1))
  for (let c: u32 = 0; c < chunks; c++) {
    const at = chunkAt(list, c)
    for (let i: u32 = 0; i < chunkLength(list, c); i++) {
      const view = load<u32>(at + ((<usize>i) << 3) + 4) - base + 1
      const place = u32At(start, view)
      put32(places, place, load<u32>(at + ((<usize>i) << 3)))
      put32(start, view, place + 1)
    }
  }
}

import { emit, Emitter, PARTS } from './entries'
import { BASE, mix32, powerOfTwo, put32, u32At, wordAt } from './hash'
import { IndexScratch } from './index-scratch'
import { sampleRare } from './sample-rare'
import {
  JOIN_FOUND,
  JOIN_LOOKS,
  RARE_FOUND,
  RARE_LOOKS,
  ROLE_BITS,
  SIGNATURE,
  Search,
  addBit,
  isTemplate,
  setMeta,
  shingleSignature,
  sizeOf,
  wordSignature,
} from './search'

/**
 * How many of those it looks for in others: where there are more, the best of the sample that do not overlap, because
 * overlapping ones say the same.
 */
const RARE_PROBES: u32 = 16
/** A shingle that stands more often than this says nothing; the exact join does not skip it. */
const RARE_MOST: u32 = 200
/** Counts stop here. */
const MOST_COUNTED: u32 = 255

/** Indexes the views stored at [from, to); `tau` is the least Jaccard of the join. */
export function indexViews(s: Search, w: IndexScratch, e: Emitter, tau: f64, from: u32, to: u32): void {
  for (let k = from; k < to; k++) indexView(s, w, e, tau, u32At(s.stored, k))
}

function indexView(s: Search, w: IndexScratch, e: Emitter, tau: f64, v: u32): void {
  const n = u32At(s.length, v)
  const start = u32At(s.start, v)
  const words = s.words + ((<usize>start) << 2)
  signWords(s, words, n, v)
  setMeta(s, v, n, 0, 0)
  if (n < 3) return
  hashShingles(w, words, n)
  const masked = u32At(s.masked, v) != 0
  if (masked) findRuns(s, w, start, n)
  const counts = s.counts + <usize>start
  const distinct = distinctShingles(w, counts, n, masked)
  chooseRare(w, distinct)
  let common: u32 = 0
  let looks: u64 = 0
  let found: u64 = 0
  if (n >= 5) {
    common = weigh(s, w, counts, n, masked, v)
    const size = sizeOf(s, v)
    looks = lastOf(w, distinct, common, prefixLength(size, tau))
    found = lastOf(w, distinct, common, prefixLength(size, (2 * tau) / (1 + tau)))
  }
  emitAll(w, e, v, distinct, common, looks, found)
}

function signWords(s: Search, words: usize, n: u32, v: u32): void {
  const signature = wordSignature(s, v)
  memory.fill(signature, 0, SIGNATURE)
  for (let i: u32 = 0; i < n; i++) addBit(signature, u32At(words, i))
}

export function hashShingles(w: IndexScratch, words: usize, n: u32): void {
  let h3: u32 = wordAt(words, 0) * BASE + wordAt(words, 1)
  for (let i: u32 = 2; i < n; i++) {
    h3 = h3 * BASE + wordAt(words, i)
    put32(w.h3, i - 2, mix32(h3))
    h3 -= wordAt(words, i - 2) * (BASE * BASE)
  }
  if (n < 5) return
  let h5: u32 = 0
  for (let i: u32 = 0; i < 4; i++) h5 = h5 * BASE + wordAt(words, i)
  for (let i: u32 = 4; i < n; i++) {
    h5 = h5 * BASE + wordAt(words, i)
    put32(w.h5, i - 4, mix32(h5))
    h5 -= wordAt(words, i - 4) * (BASE * BASE * BASE * BASE)
  }
}

export function findRuns(s: Search, w: IndexScratch, start: u32, n: u32): void {
  let run: u32 = 0
  for (let i: u32 = 0; i < n; i++) {
    run = isTemplate(s.template, start + i) ? run + 1 : 0
    put32(w.run, i, run)
  }
}

/** Numbers the 3-word shingles that may stand elsewhere too; returns how many there are. */
export function distinctShingles(w: IndexScratch, counts: usize, n: u32, masked: bool): u32 {
  const slots = powerOfTwo(2 * n)
  const table = w.table3
  memory.fill(table, 0, slots << 2)
  let size: u32 = 0
  for (let i: u32 = 0; i + 2 < n; i++) {
    const count = <u32>load<u8>(counts + <usize>i)
    if (count < 2) continue
    const hash = u32At(w.h3, i)
    let slot = hash & (slots - 1)
    let id = u32At(table, slot)
    while (id != 0 && u32At(w.hash, id - 1) != hash) {
      slot = (slot + 1) & (slots - 1)
      id = u32At(table, slot)
    }
    const visible = !masked || u32At(w.run, i + 2) < 3
    if (id == 0) {
      put32(w.hash, size, hash)
      put32(w.count, size, count)
      put32(w.first, size, visible ? i : -1)
      put32(w.weight, size, 0)
      put32(w.repeated, size, 0)
      put32(w.roles, size, 0)
      id = ++size
      put32(table, slot, id)
    } else {
      put32(w.repeated, id - 1, 1)
      if (visible && u32At(w.first, id - 1) == -1) put32(w.first, id - 1, i)
    }
    put32(w.id3, i, id - 1)
  }
  return size
}

/**
 * Counts the view's distinct 5-word shingles, template text aside, and gives each to the rarest 3-word shingle in it:
 * a shingle that two views share stands for the same one in both. Returns how many stand for themselves.
 */
function weigh(s: Search, w: IndexScratch, counts: usize, n: u32, masked: bool, v: u32): u32 {
  const ofCount = w.ofCount
  memory.fill(ofCount, 0, 256 * 4)
  const signature = shingleSignature(s, v)
  memory.fill(signature, 0, SIGNATURE)
  let size: u32 = 0
  let alone: u32 = 0
  let common: u32 = 0
  let repeats = false
  for (let i: u32 = 0; i + 4 < n; i++) {
    if (masked && u32At(w.run, i + 4) >= 5) continue
    const h5 = u32At(w.h5, i)
    const a = <u32>load<u8>(counts + <usize>i)
    const b = <u32>load<u8>(counts + <usize>i + 1)
    const c = <u32>load<u8>(counts + <usize>i + 2)
    if (min(a, min(b, c)) < 2) {
      size++
      alone++
      addBit(signature, h5)
      continue
    }
    // Only what is made of repeated parts can be repeated itself.
    const parts = u32At(w.repeated, u32At(w.id3, i)) &
      u32At(w.repeated, u32At(w.id3, i + 1)) &
      u32At(w.repeated, u32At(w.id3, i + 2))
    if (parts != 0) {
      if (!repeats) memory.fill(w.table5, 0, powerOfTwo(2 * n) << 2)
      repeats = true
      if (seenBefore(w, h5, powerOfTwo(2 * n))) continue
    }
    size++
    addBit(signature, h5)
    const first = rank(w, a, i)
    const second = rank(w, b, i + 1)
    const third = rank(w, c, i + 2)
    let at = select<u32>(i + 1, i, second < first)
    const two = select<u64>(second, first, second < first)
    at = select<u32>(i + 2, at, third < two)
    const count = <u32>(select<u64>(third, two, third < two) >> 32)
    put32(ofCount, count, u32At(ofCount, count) + 1)
    if (count == MOST_COUNTED) put32(w.common5, common++, h5)
    else {
      const id = u32At(w.id3, at)
      put32(w.weight, id, u32At(w.weight, id) + 1)
    }
  }
  put32(ofCount, 1, alone)
  setMeta(s, v, n, size, size - alone)
  return common
}

function seenBefore(w: IndexScratch, hash: u32, slots: u32): bool {
  // 0 marks an empty slot.
  const key = max(hash, 1)
  let slot = key & (slots - 1)
  let found = u32At(w.table5, slot)
  while (found != 0 && found != key) {
    slot = (slot + 1) & (slots - 1)
    found = u32At(w.table5, slot)
  }
  put32(w.table5, slot, key)
  return found != 0
}

/** Rarest first, and among equally rare ones by hash: the order of the prefixes. */
// @ts-ignore: decorator
@inline
function rank(w: IndexScratch, count: u32, at: u32): u64 {
  return ((<u64>count) << 32) | <u64>u32At(w.h3, at)
}

/** Shingles of a view that must hold a shared one when at least `part` of them are shared. */
function prefixLength(size: u32, part: f64): u32 {
  if (size == 0) return 0
  // A hair below, so that a rounding error never makes the prefix shorter than it must be. And one more: two runs of
  // words with one hash may count as one shingle, but stand at different places of the order.
  const length = <i32>size - <i32>ceil(<f64>size * part - 1e-9) + 2
  return min(size, <u32>length)
}

/**
 * With the shingles rarest first, a view x can only reach Jaccard τ with a view at least as large if one of its first
 * |x| − ⌈2τ/(1+τ)·|x|⌉ + 1 shingles is shared, and with a smaller one if one of its first |x| − ⌈τ·|x|⌉ + 1 is: those up to
 * the ranks `found` and `looks`.
 */
function emitAll(
  w: IndexScratch,
  e: Emitter,
  v: u32,
  distinct: u32,
  common: u32,
  looks: u64,
  found: u64,
): void {
  for (let d: u32 = 0; d < distinct; d++) {
    const hash = u32At(w.hash, d)
    const key = ((<u64>u32At(w.count, d)) << 32) | <u64>hash
    const joins = u32(key <= looks) * JOIN_LOOKS + u32(key <= found) * JOIN_FOUND
    const roles = u32At(w.roles, d) | (u32At(w.weight, d) != 0 ? joins : 0)
    if (roles != 0) emit(e, partOf(hash), hash, (v << ROLE_BITS) | roles)
  }
  for (let c: u32 = 0; c < common; c++) {
    const hash = u32At(w.common5, c)
    const key = ((<u64>MOST_COUNTED) << 32) | <u64>hash
    if (key > looks) continue
    const roles = key <= found ? JOIN_FOUND | JOIN_LOOKS : JOIN_LOOKS
    emit(e, partOf(~hash), ~hash, (v << ROLE_BITS) | roles)
  }
}

/** The top bits of a hash say which part it is of. */
// @ts-ignore: decorator
@inline
function partOf(hash: u32): u32 {
  return hash >> (32 - <u32>ctz<u32>(PARTS))
}

/** Rank of the last shingle before which fewer than `prefix` come, each weighed by what stands for it. */
function lastOf(w: IndexScratch, distinct: u32, common: u32, prefix: u32): u64 {
  let before: u32 = u32At(w.ofCount, 1)
  for (let count: u32 = 2; count <= MOST_COUNTED; count++) {
    if (before >= prefix) return ((<u64>count) << 32) - 1
    const weight = u32At(w.ofCount, count)
    if (before + weight > prefix) return lastOfCount(w, distinct, common, count, prefix - before)
    before += weight
  }
  return u64.MAX_VALUE
}

/** The same among shingles of one count. */
function lastOfCount(w: IndexScratch, distinct: u32, common: u32, count: u32, prefix: u32): u64 {
  let n: u32 = 0
  if (count == MOST_COUNTED) {
    for (; n < common; n++) putKey(w, n, u32At(w.common5, n), 1)
  } else {
    for (let d: u32 = 0; d < distinct; d++) {
      if (u32At(w.count, d) == count && u32At(w.weight, d) > 0)
        putKey(w, n++, u32At(w.hash, d), u32At(w.weight, d))
    }
  }
  sortKeys(w, n)
  let before: u32 = 0
  let last: u64 = 0
  for (let i: u32 = 0; i < n && before < prefix; i++) {
    last = load<u64>(w.keys + ((<usize>i) << 3))
    before += u32At(w.values, i)
  }
  return ((<u64>count) << 32) | last
}

// @ts-ignore: decorator
@inline
function putKey(w: IndexScratch, i: u32, key: u64, value: u32): void {
  store<u64>(w.keys + ((<usize>i) << 3), key)
  put32(w.values, i, value)
}

/** Ascending; values go along. Few as a rule, or nearly sorted in parts: a shell sort. */
function sortKeys(w: IndexScratch, n: u32): void {
  let gap: u32 = 1
  while (gap < n / 3) gap = 3 * gap + 1
  for (; gap > 0; gap /= 3) {
    for (let i = gap; i < n; i++) {
      const key = load<u64>(w.keys + ((<usize>i) << 3))
      const value = u32At(w.values, i)
      let at = i
      while (at >= gap) {
        const before = load<u64>(w.keys + ((<usize>(at - gap)) << 3))
        if (before <= key) break
        putKey(w, at, before, u32At(w.values, at - gap))
        at -= gap
      }
      putKey(w, at, key, value)
    }
  }
}

/** Roles of a sample of the shingles that some other view has too; the best of those that do not overlap look for others. */
function chooseRare(w: IndexScratch, distinct: u32): void {
  const n = sampleRare(w, distinct, RARE_MOST)
  const chosen = w.chosen
  // Of a short view all look: what seems to stand elsewhere and does not must not keep its neighbours from looking.
  const all = n <= RARE_PROBES
  let probes: u32 = 0
  for (let i: u32 = 0; i < n; i++) {
    const d = u32At(w.values, i)
    const word = u32At(w.first, d)
    let looks = probes < RARE_PROBES
    for (let c: u32 = 0; c < probes && looks && !all; c++)
      looks = abs<i32>(<i32>u32At(chosen, c) - <i32>word) >= 3
    if (looks) put32(chosen, probes++, word)
    put32(w.roles, d, looks ? RARE_FOUND | RARE_LOOKS : RARE_FOUND)
  }
}

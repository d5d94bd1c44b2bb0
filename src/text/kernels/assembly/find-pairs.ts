import { alignView, prepareView } from './align-views'
import { BASE, mix32, powerOfTwo, put32, u32At, wordAt } from './hash'
import { LcsScratch } from './lcs'
import { SHORTEST_WORDS, leastAligned } from './near-rule'
import { VIEW_MASK, isFirst, meets, rolesOf } from './postings'
import { Search, commonOf, isTemplate, lengthOf, missingBits, shingleSignature, sizeOf, wordSignature } from './search'

/** How a candidate was found: by its own rare shingles, or only by the exact join. */
export const BY_RARE: u32 = 1
const BY_JOIN: u32 = 2
/** Bits of a candidate. */
const JOINED: u32 = 1
const RARE: u32 = 2

@unmanaged
export class FindScratch {
  /** u8 per view: bits of how it was found. */
  seen: usize
  /** u32 per view: the views found. */
  found: usize
  /** Open addressing over the shingles of the view, and when each was found last (0: empty). */
  slots: usize
  epochs: usize
  slotCount: u32
  epoch: u32
  lcs: LcsScratch
  /** Pairs of the join: view, view, shared shingles. Near pairs: view, view, aligned words, how they were found. */
  joined: usize
  joinedLength: u32
  near: usize
  nearLength: u32
  /** u32 values each of the two has room for: at least 4 per view. */
  room: u32
  joinCandidates: u32
  joinVerified: u32
  rareCandidates: u32
  rareAligned: u32
  /** Places of the views from `base` on, by view. */
  placesStart: usize
  places: usize
  base: u32
  /** Never read: what keeps a first look at what comes next from being left out as useless. */
  touched: u32
}

/**
 * Finds the pairs of each view in [from, to) with views before it. @returns the first view that was not done, because there
 * is no room for its pairs until those found are taken away.
 */
export function findPairs(s: Search, w: FindScratch, tau: f64, ratio: f64, from: u32, to: u32): u32 {
  for (let v = from; v < to; v++) {
    const n = collect(s, w, v)
    const enough = w.nearLength + 4 * n <= w.room && w.joinedLength + 3 * n <= w.room
    if (enough) verify(s, w, tau, ratio, v, n)
    for (let i: u32 = 0; i < n; i++) store<u8>(w.seen + <usize>u32At(w.found, i), 0)
    if (!enough) return v
  }
  return to
}

/** Views before v that share a shingle one of the two looks for, each once. */
function collect(s: Search, w: FindScratch, v: u32): u32 {
  const least = u32At(s.low, v)
  let n: u32 = 0
  const from = u32At(w.placesStart, v - w.base)
  const to = u32At(w.placesStart, v - w.base + 1)
  w.touched = touchPlaces(s, w, from, to)
  for (let p = from; p < to; p++) {
    let at = u32At(w.places, p)
    const roles = rolesOf(u32At(s.posted, at))
    do {
      const posting = u32At(s.posted, --at)
      const x = posting & VIEW_MASK
      if (x < least) break
      const how = meets(roles, rolesOf(posting))
      const before = <u32>load<u8>(w.seen + <usize>x)
      put32(w.found, n, x)
      n += u32(before == 0 && how != 0 && x != v)
      store<u8>(w.seen + <usize>x, <u8>(before | how))
      if (isFirst(posting)) break
    } while (true)
  }
  store<u8>(w.seen + <usize>v, 0)
  return n
}

/** A first look at all places brings them near at once; one at a time each would be waited for. */
function touchPlaces(s: Search, w: FindScratch, from: u32, to: u32): u32 {
  let sum: u32 = 0
  for (let p = from; p < to; p++) sum += u32At(s.posted, u32At(w.places, p) - 1)
  return sum
}

/** Writes for views [from, to) the first view that is long enough for either kind of pair; views are numbered by length. */
export function findLow(s: Search, tau: f64, ratio: f64, from: u32, to: u32): void {
  for (let v = from; v < to; v++) {
    const n = lengthOf(s, v)
    const byJoin = <u32>ceil(tau * <f64>sizeOf(s, v) - 1e-9) + 4
    const byRare = max(SHORTEST_WORDS, min(max(n, 1) - 1, <u32>ceil(ratio * <f64>n - 1e-9)))
    put32(s.low, v, u32At(s.firstOfLength, min(min(byJoin, byRare), s.longest + 1)))
  }
}

function verify(s: Search, w: FindScratch, tau: f64, ratio: f64, v: u32, n: u32): void {
  let filled = false
  let prepared = false
  w.touched += touchViews(s, w, n)
  for (let i: u32 = 0; i < n; i++) {
    const x = u32At(w.found, i)
    const how = <u32>load<u8>(w.seen + <usize>x)
    let joined = false
    if ((how & JOINED) != 0 && mayJoin(s, w, tau, v, x)) {
      if (!filled) fillSet(s, w, v)
      filled = true
      joined = join(s, w, tau, v, x)
    }
    const rare = (how & RARE) != 0
    if (!joined && !rare) continue
    const least = leastAligned(lengthOf(s, v), lengthOf(s, x), ratio)
    if (least < 0) continue
    w.rareCandidates++
    if (!mayAlign(s, v, x, least)) continue
    if (!prepared) prepareView(s, w.lcs, v)
    prepared = true
    w.rareAligned++
    const aligned = alignView(s, w.lcs, x)
    if (<i32>aligned < least) continue
    const at = w.near + ((<usize>w.nearLength) << 2)
    put32(at, 0, x)
    put32(at, 1, v)
    put32(at, 2, aligned)
    put32(at, 3, rare ? BY_RARE : BY_JOIN)
    w.nearLength += 4
  }
}

/** The same for what is known of the views found. */
function touchViews(s: Search, w: FindScratch, n: u32): u32 {
  let sum: u32 = 0
  for (let i: u32 = 0; i < n; i++) {
    const x = u32At(w.found, i)
    sum += sizeOf(s, x) + load<u32>(shingleSignature(s, x)) + load<u32>(wordSignature(s, x))
  }
  return sum
}

/** Least number of shared shingles for Jaccard τ. */
// @ts-ignore: decorator
@inline
function leastShared(tau: f64, x: u32, y: u32): i32 {
  return <i32>ceil((tau / (1 + tau)) * <f64>(x + y) - 1e-9)
}

/** Whether the sizes and the signatures of two views let them reach Jaccard τ. */
function mayJoin(s: Search, w: FindScratch, tau: f64, v: u32, x: u32): bool {
  const own = sizeOf(s, v)
  const size = sizeOf(s, x)
  if (<f64>min(own, size) < tau * <f64>max(own, size) - 1e-9) return false
  w.joinCandidates++
  const least = leastShared(tau, size, own)
  // Shingles nobody else has are not shared.
  if (least > <i32>commonOf(s, x) || least > <i32>commonOf(s, v)) return false
  // Bits of x's signature that v's lacks are of shingles that certainly are not in v.
  const missing = missingBits(shingleSignature(s, x), shingleSignature(s, v))
  return <i32>missing <= <i32>size - least
}

function join(s: Search, w: FindScratch, tau: f64, v: u32, x: u32): bool {
  const size = sizeOf(s, x)
  const least = leastShared(tau, size, sizeOf(s, v))
  w.joinVerified++
  const shared = sharedWith(s, w, x, size, <i32>size - least)
  if (shared < least) return false
  const at = w.joined + ((<usize>w.joinedLength) << 2)
  put32(at, 0, x)
  put32(at, 1, v)
  put32(at, 2, shared)
  w.joinedLength += 3
  return true
}


function fillSet(s: Search, w: FindScratch, v: u32): void {
  const n = u32At(s.length, v)
  const slots = powerOfTwo(2 * n)
  memory.fill(w.epochs, 0, slots << 2)
  w.slotCount = slots
  w.epoch = 1
  if (n < 5) return
  const start = u32At(s.start, v)
  const masked = u32At(s.masked, v) != 0
  const words = s.words + ((<usize>start) << 2)
  let h: u32 = 0
  let run: u32 = 0
  for (let i: u32 = 0; i < n; i++) {
    h = h * BASE + wordAt(words, i)
    if (masked) run = isTemplate(s.template, start + i) ? run + 1 : 0
    if (i < 4) continue
    const hash = mix32(h)
    h -= wordAt(words, i - 4) * (BASE * BASE * BASE * BASE)
    if (run >= 5) continue
    const slot = slotOf(w, hash)
    put32(w.slots, slot, hash)
    put32(w.epochs, slot, 1)
  }
}

// @ts-ignore: decorator
@inline
function slotOf(w: FindScratch, hash: u32): u32 {
  const mask = w.slotCount - 1
  let slot = hash & mask
  while (u32At(w.epochs, slot) != 0 && u32At(w.slots, slot) != hash) slot = (slot + 1) & mask
  return slot
}

/**
 * Distinct shingles of view x, which has `size` of them, in the set; gives up (−1) once it is certain that more than
 * `allowed` are not.
 */
function sharedWith(s: Search, w: FindScratch, x: u32, size: u32, allowed: i32): i32 {
  const n = u32At(s.length, x)
  const start = u32At(s.start, x)
  const masked = u32At(s.masked, x) != 0
  const words = s.words + ((<usize>start) << 2)
  const epoch = ++w.epoch
  // A repeated shingle may be missed more than once: those beyond `size` are not news.
  const repeats = <i32>(n - 4 - size)
  const stop = allowed + repeats
  let shared: i32 = 0
  let missing: i32 = 0
  let h: u32 = 0
  let run: u32 = 0
  for (let i: u32 = 0; i < n; i++) {
    h = h * BASE + wordAt(words, i)
    if (masked) run = isTemplate(s.template, start + i) ? run + 1 : 0
    if (i < 4) continue
    const hash = mix32(h)
    h -= wordAt(words, i - 4) * (BASE * BASE * BASE * BASE)
    if (run >= 5) continue
    const slot = slotOf(w, hash)
    const when = u32At(w.epochs, slot)
    if (when == 0) {
      if (++missing > stop) return -1
    } else if (when != epoch) {
      put32(w.epochs, slot, epoch)
      shared++
    }
  }
  return shared
}

/** Whether enough words can be shared: a word whose signature bit the other view lacks is not. */
function mayAlign(s: Search, v: u32, x: u32, least: i32): bool {
  const a = wordSignature(s, x)
  const b = wordSignature(s, v)
  if (<i32>missingBits(a, b) > <i32>lengthOf(s, x) - least) return false
  return <i32>missingBits(b, a) <= <i32>lengthOf(s, v) - least
}

import { emit, Emitter, PARTS } from './entries'
import { BASE, mix32, put32, u32At, wordAt } from './hash'
import { Search } from './search'

/** Leaders a fingerprint's places are held against at most. */
const MOST_LEADERS: u32 = 8
/** Fields of a passage: view, view, first word in each, words. */
const FIELDS: u32 = 5

@unmanaged
export class PassageScratch {
  /** Least words of a passage. */
  least: u32
  /** u32 per word of the longest view: shingles of the run being read. */
  hashes: usize
  /** Places of one fingerprint, 16 bytes each: u64 content and view, u32 first word, counted from all words; room to sort them. */
  places: usize
  spare: usize
  /** Passages found, values of them, and how many there is room for: at least `FIELDS` per view. */
  found: usize
  length: u32
  room: u32
}

/**
 * Keeps shingles of the views stored at [from, to) by winnowing: of every window of shingles the one with the smallest hash,
 * so that two views that share `least` words in a row keep at least one shingle in common. Only runs of words are looked
 * at that other views may have too, three at a time.
 */
export function fingerprintViews(s: Search, t: PassageScratch, e: Emitter, from: u32, to: u32): void {
  for (let k = from; k < to; k++) {
    const v = u32At(s.stored, k)
    const n = u32At(s.length, v)
    if (n < t.least) continue
    const start = u32At(s.start, v)
    const counts = s.counts + <usize>start
    let begin: u32 = 0
    for (let i: u32 = 0; i + 2 < n; i++) {
      if (load<u8>(counts + <usize>i) >= 2) continue
      if (i - begin + 2 >= t.least) winnow(s, t, e, start + begin, i - begin + 2)
      begin = i + 1
    }
    if (n >= begin + t.least) winnow(s, t, e, start + begin, n - begin)
  }
}

/** Keeps the smallest shingle of every window of `n` words from number `first` on, the rightmost of equals, each once. */
function winnow(s: Search, t: PassageScratch, e: Emitter, first: u32, n: u32): void {
  const k = t.least >> 1
  const window = t.least - k + 1
  const count = hashRun(s, t, first, n, k)
  let best: u32 = 0
  let kept: u32 = -1
  for (let end: u32 = 0; end < count; end++) {
    const start: u32 = end + 1 < window ? 0 : end + 1 - window
    if (best < start) {
      best = start
      for (let i = start + 1; i <= end; i++) if (u32At(t.hashes, i) <= u32At(t.hashes, best)) best = i
    } else if (u32At(t.hashes, end) <= u32At(t.hashes, best)) best = end
    if (end + 1 < window || best == kept) continue
    kept = best
    const hash = u32At(t.hashes, best)
    emit(e, hash >> (32 - <u32>ctz<u32>(PARTS)), hash, first + best)
  }
}

function hashRun(s: Search, t: PassageScratch, first: u32, n: u32, k: u32): u32 {
  const words = s.words + ((<usize>first) << 2)
  let leaving: u32 = 1
  let h: u32 = 0
  for (let i: u32 = 0; i + 1 < k; i++) {
    h = h * BASE + wordAt(words, i)
    leaving *= BASE
  }
  for (let i: u32 = 0; i + k <= n; i++) {
    h = h * BASE + wordAt(words, i + k - 1)
    put32(t.hashes, i, mix32(h))
    h -= leaving * wordAt(words, i)
  }
  return n - k + 1
}

/**
 * Finds the passages of fingerprints [from, n), which are sorted by hash. Of all places of a fingerprint the first by
 * content leads; each other one is held against the leaders, and leads itself where it shares no passage with any.
 * @returns the first fingerprint that was not done, because there is no room for its passages until those found are taken.
 */
export function findPassages(s: Search, t: PassageScratch, a: usize, n: u32, from: u32): u32 {
  for (let at = from; at < n; ) {
    const hash = load<u32>(a + ((<usize>at) << 3) + 4)
    let to = at + 1
    while (to < n && load<u32>(a + ((<usize>to) << 3) + 4) == hash) to++
    if (to - at > 1) {
      if (t.length + FIELDS * (to - at) > t.room) return at
      const places = placesOf(s, t, a, at, to)
      if (places > 1) lead(s, t, places)
    }
    at = to
  }
  return n
}

const PLACE: u32 = 16

// @ts-ignore: decorator
@inline
function placeAt(places: usize, i: u32): usize {
  return places + <usize>(i * PLACE)
}

/** The places of a fingerprint, one per view, by content. */
function placesOf(s: Search, t: PassageScratch, a: usize, from: u32, to: u32): u32 {
  for (let i = from; i < to; i++) {
    const word = load<u32>(a + ((<usize>i) << 3))
    const v = viewOf(s, word)
    const place = placeAt(t.places, i - from)
    store<u64>(place, ((<u64>u32At(s.content, v)) << 32) | <u64>v)
    store<u32>(place, word, 8)
  }
  sortPlaces(t, to - from)
  // A passage repeated inside one view counts once, at its first place.
  let kept: u32 = 0
  for (let i: u32 = 0; i < to - from; i++) {
    const place = placeAt(t.places, i)
    if (kept > 0 && load<u64>(place) == load<u64>(placeAt(t.places, kept - 1))) continue
    memory.copy(placeAt(t.places, kept), place, PLACE)
    kept++
  }
  return kept
}

// @ts-ignore: decorator
@inline
function comesFirst(a: usize, b: usize): bool {
  const x = load<u64>(a)
  const y = load<u64>(b)
  return x < y || (x == y && load<u32>(a, 8) <= load<u32>(b, 8))
}

/** A merge sort from the bottom up. */
function sortPlaces(t: PassageScratch, n: u32): void {
  let from = t.places
  let to = t.spare
  for (let width: u32 = 1; width < n; width *= 2) {
    for (let left: u32 = 0; left < n; left += 2 * width) {
      const middle = min(left + width, n)
      const right = min(left + 2 * width, n)
      let i = left
      let j = middle
      for (let k = left; k < right; k++) {
        const takeLeft = i < middle && (j >= right || comesFirst(placeAt(from, i), placeAt(from, j)))
        memory.copy(placeAt(to, k), placeAt(from, takeLeft ? i++ : j++), PLACE)
      }
    }
    const other = from
    from = to
    to = other
  }
  if (from == t.places) return
  t.spare = t.places
  t.places = from
}

/** The view a word is of; views are stored in the order of their words. */
function viewOf(s: Search, word: u32): u32 {
  let low: u32 = 0
  let high = s.views
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (u32At(s.start, u32At(s.stored, middle)) <= word) low = middle
    else high = middle
  }
  return u32At(s.stored, low)
}

function lead(s: Search, t: PassageScratch, places: u32): void {
  // The leaders are moved to the front; nothing before a leader is needed any more.
  let leaders: u32 = 1
  for (let i: u32 = 1; i < places; i++) {
    let found = false
    for (let l: u32 = 0; l < leaders && !found; l++) found = grow(s, t, l, i)
    if (found || leaders == MOST_LEADERS) continue
    memory.copy(placeAt(t.places, leaders), placeAt(t.places, i), PLACE)
    leaders++
  }
}

/** Grows the match of two places to both sides; a passage of enough words is noted. */
function grow(s: Search, t: PassageScratch, x: u32, y: u32): bool {
  const a = <u32>load<u64>(placeAt(t.places, x))
  const b = <u32>load<u64>(placeAt(t.places, y))
  const atA = load<u32>(placeAt(t.places, x), 8)
  const atB = load<u32>(placeAt(t.places, y), 8)
  const startA = u32At(s.start, a)
  const startB = u32At(s.start, b)
  const before = min(atA - startA, atB - startB)
  const behind = min(startA + u32At(s.length, a) - atA, startB + u32At(s.length, b) - atB)
  let left: u32 = 0
  while (left < before && wordAt(s.words, atA - left - 1) == wordAt(s.words, atB - left - 1)) left++
  let right: u32 = 0
  while (right < behind && wordAt(s.words, atA + right) == wordAt(s.words, atB + right)) right++
  if (left + right < t.least) return false
  const out = t.found + ((<usize>t.length) << 2)
  put32(out, 0, a)
  put32(out, 1, b)
  put32(out, 2, atA - left - startA)
  put32(out, 3, atB - left - startB)
  put32(out, 4, left + right)
  t.length += FIELDS
  return true
}

import type { Tally } from '../../../core/tally.ts'
import { Growable32 } from '../../../text/growable.ts'
import { combine32 } from '../../../text/hash.ts'
import { roomFor } from '../../../text/shingle.ts'
import { sortPairs, sortedIndices } from '../../../text/sort.ts'
import { WORD_SHIFT } from '../rows.ts'
import { COUNTED_WORDS } from './frequency.ts'
import { ShingleReader, array, bytes, storedViews, viewsOf } from './views.ts'
import type { Views } from './views.ts'

/**
 * Passages are found by winnowing: of every window of shingles the one with the smallest hash is kept, so that two
 * views that share k + w − 1 words in a row keep at least one shingle in common.
 */
function windowOf(passageWords: number): { k: number; w: number } {
  const k = passageWords >> 1
  return { k, w: passageWords - k + 1 }
}

/** Round: the kept shingles of the views stored at [from, to): hash, view and position. */
export function fingerprints(input: Tally): Tally {
  const views = viewsOf(input)
  const { k, w } = windowOf(input['passageWords'] as number)
  // Positions must be those of the words, so shingles of template text stay in: `plain` reads them all.
  const reader = new ShingleReader({ ...views, masked: new Uint32Array(views.count) }, k)
  const hashes = new Growable32()
  const owners = new Growable32()
  const positions = new Growable32()
  const shared = new SharedRuns(views, bytes(input, 'counts'))
  for (const v of storedViews(input, views)) {
    // Without so many words in a row that others have too there is no passage.
    if (!shared.read(v, input['passageWords'] as number)) continue
    const n = reader.read(v)
    winnow(reader.values, n, w, (at) => {
      if (!shared.holds(at, k)) return
      hashes.push(reader.values[at] as number)
      owners.push(v)
      positions.push(at)
    })
  }
  return { hashes: hashes.take(), views: owners.take(), positions: positions.take() }
}

/** Where the words of a view stand in other views too, three at a time. */
class SharedRuns {
  readonly #views: Views
  readonly #counts: Uint8Array
  /** For every word: the next one, itself included, that begins 3 words no other view has. */
  #next = new Uint32Array(1024)

  constructor(views: Views, counts: Uint8Array) {
    this.#views = views
    this.#counts = counts
  }

  /** Reads a view; whether it has `least` words in a row that others may have in a row. */
  read(v: number, least: number): boolean {
    const [start, length] = [this.#views.start[v] as number, this.#views.length[v] as number]
    const n = length - COUNTED_WORDS + 1
    this.#next = roomFor(this.#next, length)
    let next = n
    let longest = 0
    for (let i = n - 1; i >= 0; i--) {
      if ((this.#counts[start + i] as number) < 2) next = i
      else longest = Math.max(longest, next - i)
      this.#next[i] = next
    }
    return longest >= least - COUNTED_WORDS + 1
  }

  /** Whether others may have the k words from `at`. */
  holds(at: number, k: number): boolean {
    return (this.#next[at] as number) > at + k - COUNTED_WORDS
  }
}

/** Calls `keep` with the position of the smallest value of every window of w, the rightmost of equals, each once. */
export function winnow(values: Uint32Array, n: number, w: number, keep: (at: number) => void): void {
  let best = -1
  let kept = -1
  for (let end = 0; end < n; end++) {
    const start = Math.max(0, end - w + 1)
    if (best < start) {
      best = start
      for (let i = start + 1; i <= end; i++) if ((values[i] as number) <= (values[best] as number)) best = i
    } else if ((values[end] as number) <= (values[best] as number)) best = end
    const whole = end >= w - 1 || end === n - 1
    if (whole && best !== kept) keep((kept = best))
  }
}

/** Fields of a passage as `matchPassages` returns it. */
export const PASSAGE_FIELDS = 5

/**
 * Round: shared passages among fingerprints of one hash range. Of all places of a fingerprint, the first by content is
 * held against each other one and the match is grown to both sides: (a, b, start in a, start in b, words).
 */
export function matchPassages(input: Tally): Tally {
  const views = viewsOf(input)
  const least = input['passageWords'] as number
  const positions = array(input, 'positions')
  const owners = array(input, 'owners')
  const order = Uint32Array.from(owners.keys())
  const sorted = sortPairs(array(input, 'hashes'), order)
  const out = new Growable32()
  for (let from = 0; from < sorted.keys.length;) {
    let to = from + 1
    while (to < sorted.keys.length && sorted.keys[to] === sorted.keys[from]) to++
    if (to - from > 1) {
      const places = Array.from(sorted.values.subarray(from, to), (i) => ({
        v: owners[i] as number,
        at: positions[i] as number,
      }))
      grow(views, places, least, out)
    }
    from = to
  }
  return { passages: unique(out) }
}

interface PlaceInView {
  v: number
  at: number
}

function grow(views: Views, places: PlaceInView[], least: number, out: Growable32): void {
  places.sort(
    (p, q) => (views.content[p.v] as number) - (views.content[q.v] as number) || p.v - q.v || p.at - q.at,
  )
  const first = places[0] as PlaceInView
  let last = first.v
  for (const place of places) {
    // A passage repeated inside one view counts once.
    if (place.v === last) continue
    last = place.v
    const [a, b] = [views.start[first.v] as number, views.start[place.v] as number]
    const same = (i: number): boolean =>
      (views.words[a + first.at + i] as number) >>> WORD_SHIFT ===
      (views.words[b + place.at + i] as number) >>> WORD_SHIFT
    const [room, roomB] = [views.length[first.v] as number, views.length[place.v] as number]
    let left = 0
    while (first.at + left > 0 && place.at + left > 0 && same(left - 1)) left--
    let right = 0
    while (first.at + right < room && place.at + right < roomB && same(right)) right++
    if (right - left >= least) out.append([first.v, place.v, first.at + left, place.at + left, right - left])
  }
}

/** Passages without repeats: several fingerprints of one passage grow to the same match. */
export function unique(list: Growable32): Uint32Array<ArrayBuffer> {
  const n = list.length / PASSAGE_FIELDS
  const field = (i: number, f: number): number => list.values[i * PASSAGE_FIELDS + f] as number
  const keys = new Uint32Array(n)
  for (let i = 0; i < n; i++) keys[i] = combine32(combine32(field(i, 0), field(i, 1)), field(i, 2))
  const order = sortedIndices(keys)
  const result = new Growable32(list.length + 1)
  let group: number[] = []
  for (let j = 0; j < n; j++) {
    const i = order[j] as number
    if (j > 0 && keys[i] !== keys[order[j - 1] as number]) group = []
    const seen = group.some((g) => [0, 1, 2, 3].every((f) => field(g, f) === field(i, f)))
    if (seen) continue
    group.push(i)
    result.append(list.values.subarray(i * PASSAGE_FIELDS, (i + 1) * PASSAGE_FIELDS))
  }
  return result.take()
}

/** A word that stands in no item. */
export const NO_WORD = 0xffffffff

/** Symbols [start, end) of an array of word numbers, or NO_WORD. */
export interface Span {
  symbols: Uint32Array
  start: number
  end: number
}

/** Runs shorter than this count only beside a longer one on nearly the same diagonal. */
const STRONG_RUN = 5
/** How far a weak run's diagonal may lie from an accepted run's. */
const NEAR_DIAGONAL = 8
/** An item shorter than this may be asked in another order: then as far as it is long. */
const SHORT_ITEM = 45
/** …if a run of it is this long: pairs of words alone stand scattered in any text. */
const ANCHOR_RUN = 3
/** Other text between two matched parts is charged up to this many words: it may be long, and once is once. */
export const LONGEST_GAP = 12
/** How much longer than the item's gap the text's gap may be for single words to be matched across it. */
const GAP_SLACK = 4

/**
 * Covers a short text (the item) with runs of a longer one (the region), each word used once on both sides, the
 * longest runs first and in whatever order they stand: sentences that changed places still count. Then single
 * words in the gaps between runs.
 */
export class Coverer {
  /** Per item word: the region word it is matched to, −1 where none. Valid until the next call. */
  partner = new Int32Array(64)
  covered = 0
  longestRun = 0
  /** Region words between the matches that are not matched; a longer stretch counts as this many. */
  inserted = 0
  /** First and one past the last region word used. */
  regionStart = 0
  regionEnd = 0
  /** Matches stand in the item's order. */
  inOrder = false

  private readonly last: Int32Array
  private readonly lastStamp: Int32Array
  private epoch = 0
  private before = new Int32Array(64)
  private rowLength = new Int32Array(64)
  private rowStamp = new Int32Array(64)
  private used = new Uint8Array(64)
  private runs: number[] = []
  private diagonals: number[] = []

  constructor(vocabularySize: number) {
    this.last = new Int32Array(vocabularySize)
    this.lastStamp = new Int32Array(vocabularySize)
  }

  cover(item: Span, region: Span): void {
    const length = item.end - item.start
    this.reserve(length, region.end - region.start)
    this.chain(item)
    this.collect(item, region)
    this.accept(length)
    this.fill(item, region)
    this.measure(length)
  }

  private reserve(length: number, regionLength: number): void {
    if (this.partner.length < length) {
      this.partner = new Int32Array(2 * length)
      this.before = new Int32Array(2 * length)
      this.rowLength = new Int32Array(2 * length)
      this.rowStamp = new Int32Array(2 * length)
    }
    if (this.used.length < regionLength) this.used = new Uint8Array(2 * regionLength)
    this.partner.fill(-1, 0, length)
    this.rowStamp.fill(-2, 0, length)
    this.used.fill(0, 0, regionLength)
    this.runs.length = 0
    this.diagonals.length = 0
  }

  private chain(item: Span): void {
    this.epoch++
    for (let q = 0; q < item.end - item.start; q++) {
      const word = item.symbols[item.start + q] as number
      this.before[q] = this.lastStamp[word] === this.epoch ? (this.last[word] as number) : -1
      this.last[word] = q
      this.lastStamp[word] = this.epoch
    }
  }

  /** Every maximal common run of two words and more, as (length, item start, region start). */
  private collect(item: Span, region: Span): void {
    const length = item.end - item.start
    const { rowLength, rowStamp, before, runs } = this
    for (let r = 0; r < region.end - region.start; r++) {
      const word = region.symbols[region.start + r] as number
      if (word === NO_WORD || this.lastStamp[word] !== this.epoch) continue
      for (let q = this.last[word] as number; q >= 0; q = before[q] as number) {
        const run = q > 0 && rowStamp[q - 1] === r - 1 ? (rowLength[q - 1] as number) + 1 : 1
        rowLength[q] = run
        rowStamp[q] = r
        if (run < 2) continue
        const next = region.start + r + 1
        if (q + 1 < length && next < region.end && item.symbols[item.start + q + 1] === region.symbols[next])
          continue
        runs.push(run, q - run + 1, r - run + 1)
      }
    }
  }

  /** Longest first, then earliest in the item, then in the region; what is taken already is cut off. */
  private accept(length: number): void {
    const order = this.sortedRuns()
    const longest = order.length === 0 ? 0 : (this.runs[order[0] as number] as number)
    const anywhere = length < SHORT_ITEM && longest >= ANCHOR_RUN
    const nearby = anywhere ? Math.max(NEAR_DIAGONAL, length) : NEAR_DIAGONAL
    for (const strong of [true, false]) {
      for (const at of order) {
        const run = this.runs[at] as number
        const q = this.runs[at + 1] as number
        const r = this.runs[at + 2] as number
        if (run >= STRONG_RUN !== strong && this.diagonals.length > 0) continue
        if (!strong && !this.near(r - q, nearby)) continue
        this.take(run, q, r)
      }
    }
  }

  /** Of runs as long as each other the one beside the longest of all comes first: a phrase may stand in many places. */
  private sortedRuns(): number[] {
    const { runs } = this
    const order: number[] = []
    let anchor = 0
    for (let at = 0; at < runs.length; at += 3) {
      order.push(at)
      if ((runs[at] as number) > (runs[anchor] as number)) anchor = at
    }
    const diagonal = (at: number) => (runs[at + 2] as number) - (runs[at + 1] as number)
    const home = order.length === 0 ? 0 : diagonal(anchor)
    return order.sort(
      (x, y) =>
        (runs[y] as number) - (runs[x] as number) ||
        Math.abs(diagonal(x) - home) - Math.abs(diagonal(y) - home) ||
        (runs[x + 1] as number) - (runs[y + 1] as number) ||
        (runs[x + 2] as number) - (runs[y + 2] as number),
    )
  }

  private near(diagonal: number, nearby: number): boolean {
    for (const accepted of this.diagonals) if (Math.abs(accepted - diagonal) <= nearby) return true
    return false
  }

  private take(run: number, q: number, r: number): void {
    let taken = 0
    for (let i = 0; i < run; i++) {
      if ((this.partner[q + i] as number) >= 0 || this.used[r + i] === 1) continue
      this.partner[q + i] = r + i
      this.used[r + i] = 1
      taken++
    }
    if (taken >= 2) this.diagonals.push(r - q)
  }

  /** Single words between runs: the nearest free equal word where the gap says it should be. */
  private fill(item: Span, region: Span): void {
    const length = item.end - item.start
    const regionLength = region.end - region.start
    let left = -1
    for (let q = 0; q < length; q++) {
      if ((this.partner[q] as number) >= 0) {
        left = q
        continue
      }
      if (left < 0) continue
      const from = (this.partner[left] as number) + 1
      const until = Math.min(regionLength, from + (q - left) + GAP_SLACK)
      this.single(item, region, [q, from, until, 1])
      if ((this.partner[q] as number) >= 0) left = q
    }
    let right = -1
    for (let q = length - 1; q >= 0; q--) {
      if ((this.partner[q] as number) >= 0) {
        right = q
        continue
      }
      if (right < 0) continue
      const from = (this.partner[right] as number) - 1
      const until = Math.max(-1, from - (right - q) - GAP_SLACK)
      this.single(item, region, [q, from, until, -1])
      if ((this.partner[q] as number) >= 0) right = q
    }
  }

  private single(
    item: Span,
    region: Span,
    search: [q: number, from: number, until: number, step: number],
  ): void {
    const [q, from, until, step] = search
    const word = item.symbols[item.start + q] as number
    for (let r = from; step > 0 ? r < until : r > until; r += step) {
      if (this.used[r] === 1 || region.symbols[region.start + r] !== word) continue
      this.partner[q] = r
      this.used[r] = 1
      return
    }
  }

  private measure(length: number): void {
    this.covered = 0
    this.longestRun = 0
    this.inOrder = true
    this.regionStart = 0x7fffffff
    this.regionEnd = 0
    let run = 0
    let previous = -1
    for (let q = 0; q < length; q++) {
      const r = this.partner[q] as number
      if (r < 0) {
        run = 0
        continue
      }
      run = q > 0 && this.partner[q - 1] === r - 1 ? run + 1 : 1
      this.longestRun = Math.max(this.longestRun, run)
      this.covered++
      if (r < previous) this.inOrder = false
      previous = r
      this.regionStart = Math.min(this.regionStart, r)
      this.regionEnd = Math.max(this.regionEnd, r + 1)
    }
    this.inserted = 0
    let gap = 0
    for (let r = this.regionStart; r < this.regionEnd; r++) {
      if (this.used[r] === 0) gap++
      else {
        this.inserted += Math.min(gap, LONGEST_GAP)
        gap = 0
      }
    }
  }
}

import { GAP } from './seeds.ts'
import type { SeedIndex } from './seeds.ts'

/** Where a turn may hold an item: its first and last seed, as word positions. */
export interface Candidate {
  item: number
  first: number
  last: number
}

/**
 * Numbers kept for each item while seeds are collected, side by side so that one cache line holds them: where its last
 * seed stood; the weight so far; its first seed, or, once it is a candidate, which one; weight needed × 64 + gap.
 */
const LAST = 0
const WEIGHT = 1
const FIRST = 2
const WANTED = 3
const STRIDE = 4
/** Positions are counted up to here before they start anew. */
const MOST_POSITIONS = 1 << 30

/**
 * Collects seeds turn by turn. Positions run on from turn to turn (with a gap between), so that nothing has to be
 * cleared; an item's weight starts anew when its last seed is too far behind.
 */
export class SeedCollector {
  readonly candidates: Candidate[] = []
  private readonly seeds: Int32Array
  private readonly state: Int32Array
  private base = GAP + 1
  private turnLength = 0
  /** Never read: what keeps the first look at the seeds from being left out as useless. */
  near = 0

  constructor(index: SeedIndex, items: number) {
    this.seeds = index.seeds
    this.state = new Int32Array(items * STRIDE)
    for (let item = 0; item < items; item++) {
      const needed = index.need[2 * item] as number
      this.state[item * STRIDE + WANTED] = 64 * needed + (index.need[2 * item + 1] as number)
    }
  }

  startTurn(words: number): void {
    this.base += this.turnLength + GAP + 1
    if (this.base + words > MOST_POSITIONS) this.restart()
    this.turnLength = words
    this.candidates.length = 0
  }

  private restart(): void {
    const { state } = this
    for (let slot = 0; slot < state.length; slot += STRIDE) state.fill(0, slot, slot + WANTED)
    this.base = GAP + 1
  }

  /** Seeds of words at[i] − from, i in [start, end); `place` says where their items stand in the index. */
  collect(place: Int32Array, at: Int32Array, [start, end, from]: [number, number, number]): void {
    const { seeds, state, base } = this
    this.near = nearby(seeds, place, start, end)
    for (let i = start; i < end; i++) {
      let s = place[i] as number
      const position = base + (at[i] as number) - from
      const last = s + 1 + (seeds[s] as number)
      const weight = seeds[s + 1] as number
      for (s += 2; s <= last; s++) {
        const slot = (seeds[s] as number) * STRIDE
        const wanted = state[slot + WANTED] as number
        let before = state[slot + WEIGHT] as number
        if (position - (state[slot + LAST] as number) > (wanted & 63)) {
          before = 0
          state[slot + FIRST] = position
        }
        state[slot + LAST] = position
        state[slot + WEIGHT] = before + weight
        if (before + weight >= wanted >> 6) this.note(slot, before < wanted >> 6, position - base)
      }
    }
  }

  private note(slot: number, opens: boolean, at: number): void {
    const { state, candidates } = this
    if (!opens) (candidates[state[slot + FIRST] as number] as Candidate).last = at
    else {
      candidates.push({ item: slot / STRIDE, first: (state[slot + FIRST] as number) - this.base, last: at })
      state[slot + FIRST] = candidates.length - 1
    }
  }
}

/** A first look at all seeds brings them near at once; one at a time each would be waited for. */
function nearby(seeds: Int32Array, place: Int32Array, start: number, end: number): number {
  let sum = 0
  for (let i = start; i < end; i++) sum = (sum + (seeds[place[i] as number] as number)) | 0
  return sum
}

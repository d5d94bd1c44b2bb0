import type { Tally } from '../../../core/tally.ts'
import { Growable32 } from '../../../text/growable.ts'
import { LcsKernel, popcount } from '../../../text/lcs.ts'
import { WORD_SHIFT } from '../rows.ts'
import { SIGNATURE } from './join.ts'
import { Candidates } from './postings.ts'
import { array, viewsOf } from './views.ts'
import type { Views } from './views.ts'

/** How a candidate was found: by its own rare shingles, or only by the exact join. */
export const BY_RARE = 1
const BY_JOIN = 2

/**
 * Round: pairs of views that share rare short shingles and align well enough, by the longer view's rank in [from, to).
 * `given` are pairs another path proposed, as ranks (shorter, longer), sorted by the longer: they are measured too.
 */
export function alignViews(input: Tally): Tally {
  return new Alignment(input).run()
}

class Alignment {
  readonly #input: Tally
  readonly #views: Views
  readonly #viewOf: Uint32Array
  readonly #signature: Uint32Array
  readonly #ratio: number
  readonly #found: Candidates
  readonly #kernel = new LcsKernel()
  readonly #pairs = new Growable32()
  #candidates = 0
  #verified = 0

  constructor(input: Tally) {
    this.#input = input
    this.#views = viewsOf(input)
    this.#viewOf = array(input, 'viewOf')
    this.#signature = array(input, 'wordSignature')
    this.#ratio = input['ratio'] as number
    this.#found = new Candidates(input, input['from'] as number)
  }

  run(): Tally {
    const given = array(this.#input, 'given')
    const more = new Growable32()
    let next = 0
    for (let rank = this.#input['from'] as number; rank < (this.#input['to'] as number); rank++) {
      this.#found.read(rank)
      more.length = 0
      for (; next < given.length && given[next + 1] === rank; next += 2) {
        // A pair of the join, unless the shingles found it too.
        if (!this.#found.has(given[next] as number)) more.push(given[next] as number)
      }
      if (this.#found.ranks.length + more.length > 0) this.#align(rank, more)
    }
    return { pairs: this.#pairs.take(), candidates: this.#candidates, verified: this.#verified }
  }

  #align(rank: number, more: Growable32): void {
    const v = this.#viewOf[rank] as number
    const length = this.#views.length[v] as number
    let prepared = false
    for (const [list, how] of [
      [this.#found.ranks, BY_RARE],
      [more, BY_JOIN],
    ] as const) {
      for (let i = 0; i < list.length; i++) {
        const x = this.#viewOf[list.values[i] as number] as number
        this.#candidates++
        const least = leastAligned(length, this.#views.length[x] as number, this.#ratio)
        if (least < 0 || !this.#plausible(x, v, least)) continue
        if (!prepared) this.#kernel.prepare(this.#words(v))
        prepared = true
        this.#verified++
        const aligned = this.#kernel.length(this.#words(x))
        if (aligned >= least) this.#pairs.append([x, v, aligned, how])
      }
    }
  }

  #words(v: number): Uint32Array {
    const start = this.#views.start[v] as number
    return this.#views.words.subarray(start, start + (this.#views.length[v] as number)).map(hashOnly)
  }

  /** Whether enough words can be shared: a word whose signature bit the other view lacks is not. */
  #plausible(x: number, v: number, least: number): boolean {
    const signature = this.#signature
    const [a, b] = [x * SIGNATURE, v * SIGNATURE]
    const roomX = (this.#views.length[x] as number) - least
    const roomV = (this.#views.length[v] as number) - least
    let [missingX, missingV] = [0, 0]
    for (let i = 0; i < SIGNATURE; i++) {
      const [p, q] = [signature[a + i] as number, signature[b + i] as number]
      missingX += popcount(p & ~q)
      missingV += popcount(q & ~p)
      if (missingX > roomX || missingV > roomV) return false
    }
    return true
  }
}

function hashOnly(word: number): number {
  return word >>> WORD_SHIFT
}

/** Views shorter than this have a rule of their own; still shorter ones only count when they are equal. */
export const SHORT_WORDS = 16
export const SHORTEST_WORDS = 8

/**
 * Least number of aligned words for two views to be near each other, or −1 when their lengths forbid it. Views of
 * SHORTEST_WORDS to SHORT_WORDS − 1 words may differ in one word put in, left out or replaced.
 */
export function leastAligned(x: number, y: number, ratio: number): number {
  const [shorter, longer] = x < y ? [x, y] : [y, x]
  if (shorter < SHORTEST_WORDS) return -1
  const least = shorter < SHORT_WORDS ? longer - 1 : Math.ceil(longer * ratio - 1e-9)
  return least <= shorter ? least : -1
}

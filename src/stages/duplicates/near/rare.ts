import type { Tally, TypedArray } from '../../../core/tally.ts'
import { Growable32 } from '../../../text/growable.ts'
import { LcsKernel, popcount } from '../../../text/lcs.ts'
import { WORD_SHIFT } from '../rows.ts'
import { RareFirst } from './frequency.ts'
import { SIGNATURE } from './join.ts'
import { directoryShift, firstPosting } from './postings.ts'
import type { Postings } from './postings.ts'
import { ShingleReader, array, viewsOf } from './views.ts'
import type { Views } from './views.ts'

/** Words of the shorter shingles, and how many of a view's rarest are looked at. */
export const RARE_WORDS = 3
const RARE_KEPT = 40
/** A shingle in more views than this says nothing; the exact join does not skip it. */
const RARE_MOST = 200

/** How a candidate was found: by its own rare shingles, or only by the exact join. */
export const BY_RARE = 1
const BY_JOIN = 2

/** Round: the rarest short shingles of each view that some other view has too; writes the word signatures. */
export function indexRare(input: Tally): Tally {
  const views = viewsOf(input)
  const signature = array(input, 'signature')
  const rare = new RareFirst(new ShingleReader(views, RARE_WORDS), input['table'] as TypedArray as Uint8Array)
  const hashes = new Growable32()
  const owners = new Growable32()
  for (let v = input['from'] as number; v < (input['to'] as number); v++) {
    rare.read(v)
    signWords(views, signature, v)
    forRare(rare, (hash) => {
      hashes.push(hash)
      owners.push(v)
    })
  }
  return { hashes: hashes.take(), views: owners.take() }
}

function forRare(rare: RareFirst, use: (hash: number) => void): void {
  let used = 0
  for (let i = 0; i < rare.size && used < RARE_KEPT; i++) {
    const count = rare.counts[i] as number
    if (count === 1) continue
    if (count > RARE_MOST) return
    use(rare.hashes[i] as number)
    used++
  }
}

function signWords(views: Views, signature: Uint32Array, v: number): void {
  const start = views.start[v] as number
  const end = start + (views.length[v] as number)
  for (let i = start; i < end; i++) {
    const bit = ((views.words[i] as number) >>> 20) & 511
    const at = v * SIGNATURE + (bit >>> 5)
    signature[at] = (signature[at] as number) | (1 << (bit & 31))
  }
}

/**
 * Round: pairs of views that share rare short shingles and align well enough. `given` are pairs another path
 * proposed, (x, v) with v in [from, to), sorted by v: they are measured too.
 */
export function alignViews(input: Tally): Tally {
  return new Alignment(input).run()
}

class Alignment {
  readonly #input: Tally
  readonly #views: Views
  readonly #signature: Uint32Array
  readonly #postings: Postings
  readonly #ratio: number
  readonly #rare: RareFirst
  readonly #seen: Uint8Array
  readonly #touched = new Growable32()
  readonly #kernel = new LcsKernel()
  readonly #pairs = new Growable32()
  #candidates = 0
  #verified = 0

  constructor(input: Tally) {
    this.#input = input
    this.#views = viewsOf(input)
    this.#signature = array(input, 'signature')
    this.#postings = {
      hashes: array(input, 'hashes'),
      views: array(input, 'owners'),
      directory: array(input, 'directory'),
    }
    this.#ratio = input['ratio'] as number
    this.#rare = new RareFirst(
      new ShingleReader(this.#views, RARE_WORDS),
      input['table'] as TypedArray as Uint8Array,
    )
    this.#seen = new Uint8Array(this.#views.count)
  }

  run(): Tally {
    const given = array(this.#input, 'given')
    let next = 0
    for (let v = this.#input['from'] as number; v < (this.#input['to'] as number); v++) {
      this.#gather(v)
      for (; next < given.length && given[next + 1] === v; next += 2)
        this.#add(given[next] as number, BY_JOIN)
      this.#align(v)
    }
    return { pairs: this.#pairs.take(), candidates: this.#candidates, verified: this.#verified }
  }

  #gather(v: number): void {
    const { hashes, views } = this.#postings
    const shift = directoryShift(this.#postings.directory)
    this.#rare.read(v)
    forRare(this.#rare, (hash) => {
      for (
        let at = firstPosting(this.#postings, shift, hash);
        at < hashes.length && hashes[at] === hash;
        at++
      ) {
        const x = views[at] as number
        if (x >= v) break
        this.#add(x, BY_RARE)
      }
    })
  }

  #add(x: number, how: number): void {
    if (this.#seen[x] !== 0) return
    this.#seen[x] = how
    this.#touched.push(x)
  }

  #align(v: number): void {
    const touched = this.#touched
    const words = this.#words(v)
    let prepared = false
    for (let i = 0; i < touched.length; i++) {
      const x = touched.values[i] as number
      const how = this.#seen[x] as number
      this.#seen[x] = 0
      this.#candidates++
      const least = leastAligned(words.length, this.#views.length[x] as number, this.#ratio)
      if (least === null || !this.#plausible(x, v, least)) continue
      if (!prepared) this.#kernel.prepare(words)
      prepared = true
      this.#verified++
      const aligned = this.#kernel.length(this.#words(x))
      if (aligned >= least) this.#pairs.append([x, v, aligned, how])
    }
    touched.length = 0
  }

  #words(v: number): Uint32Array {
    const start = this.#views.start[v] as number
    return this.#views.words.subarray(start, start + (this.#views.length[v] as number)).map(hashOnly)
  }

  /** Whether enough words can be shared: a word whose signature bit the other view lacks is not. */
  #plausible(x: number, v: number, least: number): boolean {
    const [a, b] = [x * SIGNATURE, v * SIGNATURE]
    const room = [
      (this.#views.length[x] as number) - least,
      (this.#views.length[v] as number) - least,
    ] as const
    let [missingX, missingV] = [0, 0]
    for (let i = 0; i < SIGNATURE; i++) {
      const [p, q] = [this.#signature[a + i] as number, this.#signature[b + i] as number]
      missingX += popcount(p & ~q)
      missingV += popcount(q & ~p)
    }
    return missingX <= room[0] && missingV <= room[1]
  }
}

function hashOnly(word: number): number {
  return word >>> WORD_SHIFT
}

/** Views shorter than this have a rule of their own; still shorter ones only count when they are equal. */
export const SHORT_WORDS = 16
export const SHORTEST_WORDS = 8

/**
 * Least number of aligned words for two views to be near each other, or null when their lengths forbid it. Views of
 * SHORTEST_WORDS to SHORT_WORDS − 1 words may differ in one word put in, left out or replaced.
 */
export function leastAligned(x: number, y: number, ratio: number): number | null {
  const [shorter, longer] = x < y ? [x, y] : [y, x]
  if (shorter < SHORTEST_WORDS) return null
  const least = shorter < SHORT_WORDS ? longer - 1 : Math.ceil(longer * ratio - 1e-9)
  return least <= shorter ? least : null
}

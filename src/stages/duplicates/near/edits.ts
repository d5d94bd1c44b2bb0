import { mix32 } from '../../../text/hash.ts'
import { shingles } from '../../../text/shingle.ts'
import { WORD_FLAG, WORD_SHIFT } from '../rows.ts'
import { EDITED_PART, TEMPLATE_WORDS, isCrowd } from './templates.ts'
import type { IsEdit } from './templates.ts'
import { hasBit, powerOfTwo } from './views.ts'
import type { Views } from './views.ts'

/** Words that must follow alike: what fills a slot often begins with the same one or two. */
const REACH = 4
/** Sides of own words, mixed into the hash of the template run that stands there. */
const [BEFORE, BEHIND] = [0x5bd1e995, 0x27d4eb2f]
/** Stands where a view has no more words. */
const NO_WORD = 0xffffffff
/** Slots of the first look for each key: most runs are none. */
const SLOTS_PER_KEY = 16

type MaskedViews = Pick<Views, 'words' | 'start' | 'length' | 'masked' | 'template'>

/**
 * Tells edits of a view from what fills a slot. Under an instruction own words stand where the template text goes on with
 * other words in every view. Near copies of a whole example have theirs where most of them go on alike.
 * @param runs hashes of the view's 8-word runs, by first word.
 * @param bits template bits `unmaskCopies` has added to.
 */
export function editsOf(runs: Uint32Array, length: number, bits: Uint32Array): IsEdit {
  const goesOn = (run: number, side: number): boolean =>
    hasBit(bits, keyOf(runs[run] as number, side) & (bits.length * 32 - 1))
  return (from, to) =>
    (from === 0 || goesOn(from - TEMPLATE_WORDS, BEFORE)) && (to === length || goesOn(to, BEHIND))
}

function keyOf(run: number, side: number): number {
  return mix32(run ^ side) >>> 0
}

/** True for a view that would be one of a crowd of near copies if its own words were edits. */
export function isDoubtful(views: MaskedViews, v: number): boolean {
  // Most views have far less template text than prompt and answer of a crowd's must have.
  const masked = views.masked[v] as number
  return masked > 0 && masked >= EDITED_PART * (views.length[v] as number) && isCopy(views, v, () => true)
}

function isCopy({ words, start, length, template }: MaskedViews, v: number, isEdit: IsEdit): boolean {
  const first = start[v] as number
  const mask = (i: number): boolean => hasBit(template, first + i)
  const isAnswer = (i: number): boolean => ((words[first + i] as number) & WORD_FLAG.answer) !== 0
  return isCrowd(length[v] as number, { mask, isAnswer }, isEdit)
}

/**
 * Adds to the bits of template runs where template text goes on alike in most of the views that are mostly template text,
 * and unmasks those of the doubtful ones that turn out to be near copies.
 * @param crowd views that are mostly template text and not masked.
 * @returns the doubtful views that stay masked, and how many masked words the others had.
 */
export function unmaskCopies(
  views: MaskedViews,
  { doubtful, crowd }: { doubtful: Uint32Array; crowd: Uint32Array },
  bits: Uint32Array,
): { masked: Uint32Array; unmasked: number } {
  const sides = new Sides(views, doubtful)
  for (const some of [doubtful, crowd]) for (const v of some) sides.vote(v)
  sides.closeVote()
  for (const some of [doubtful, crowd]) for (const v of some) sides.count(v)
  for (const key of sides.alike()) setBit(bits, key & (bits.length * 32 - 1))
  let unmasked = 0
  const masked = doubtful.filter((v) => {
    const length = views.length[v] as number
    if (!isCopy(views, v, editsOf(sides.runsOf(v), length, bits))) return true
    unmasked += views.masked[v] as number
    unmask(views, v)
    return false
  })
  return { masked, unmasked }
}

function unmask({ start, length, template, masked }: MaskedViews, v: number): void {
  const first = start[v] as number
  for (let i = first; i < first + (length[v] as number); i++)
    template[i >>> 5] = (template[i >>> 5] as number) & ~(1 << (i & 31))
  masked[v] = 0
}

function setBit(bits: Uint32Array, at: number): void {
  bits[at >>> 5] = (bits[at >>> 5] as number) | (1 << (at & 31))
}

/**
 * Whether the template runs beside own words go on alike in more than half of the places they stand in: the vote leaves the
 * one text that can (Boyer and Moore), whatever the order of the views, and the count proves it.
 */
class Sides {
  readonly #views: MaskedViews
  readonly #numbers = new Map<number, number>()
  readonly #first: Uint8Array
  readonly #text: Uint32Array
  readonly #votes: Uint32Array
  readonly #places: Uint32Array
  #runs = new Uint32Array(1024)

  constructor(views: MaskedViews, doubtful: Uint32Array) {
    this.#views = views
    for (const v of doubtful) this.#addSides(v)
    const keys = this.#numbers.size
    this.#first = new Uint8Array(powerOfTwo(SLOTS_PER_KEY * keys, 1 << 10, 1 << 24))
    for (const key of this.#numbers.keys()) this.#first[key & (this.#first.length - 1)] = 1
    this.#text = new Uint32Array(keys)
    this.#votes = new Uint32Array(keys)
    this.#places = new Uint32Array(keys)
  }

  /** Hashes of the 8-word runs of a view, valid until it is asked for another's. */
  runsOf(v: number): Uint32Array {
    const { words, start, length } = this.#views
    const [first, n] = [start[v] as number, length[v] as number]
    if (this.#runs.length < n) this.#runs = new Uint32Array(2 * n)
    const count = shingles(words, { start: first, end: first + n }, TEMPLATE_WORDS, this.#runs)
    return this.#runs.subarray(0, count)
  }

  #addSides(v: number): void {
    const { template, start, length } = this.#views
    const [first, n] = [start[v] as number, length[v] as number]
    const runs = this.runsOf(v)
    const add = (run: number, side: number): void => {
      const key = keyOf(runs[run] as number, side)
      if (!this.#numbers.has(key)) this.#numbers.set(key, this.#numbers.size)
    }
    for (let i = 1; i < n; i++) {
      const [before, own] = [!hasBit(template, first + i - 1), !hasBit(template, first + i)]
      if (own && !before) add(i - TEMPLATE_WORDS, BEFORE)
      if (before && !own) add(i, BEHIND)
    }
  }

  vote(v: number): void {
    this.#each(v, (side, text) => {
      const votes = this.#votes[side] as number
      if (votes === 0) this.#text[side] = text
      this.#votes[side] = votes === 0 || this.#text[side] === text ? votes + 1 : votes - 1
    })
  }

  closeVote(): void {
    this.#votes.fill(0)
  }

  count(v: number): void {
    this.#each(v, (side, text) => {
      this.#places[side] = (this.#places[side] as number) + 1
      if (this.#text[side] === text) this.#votes[side] = (this.#votes[side] as number) + 1
    })
  }

  /** Keys of the sides that go on alike. */
  *alike(): Generator<number> {
    for (const [key, side] of this.#numbers)
      if (2 * (this.#votes[side] as number) > (this.#places[side] as number)) yield key
  }

  #each(v: number, use: (side: number, text: number) => void): void {
    const runs = this.runsOf(v)
    for (let i = 0; i < runs.length; i++) {
      for (const side of [BEFORE, BEHIND]) {
        const key = keyOf(runs[i] as number, side)
        if (this.#first[key & (this.#first.length - 1)] === 0) continue
        const number = this.#numbers.get(key)
        if (number !== undefined)
          use(number, this.#textAt(v, side === BEFORE ? i + TEMPLATE_WORDS : i - REACH))
      }
    }
  }

  /** Hash of the words from this place of a view on. */
  #textAt(v: number, from: number): number {
    const { words, start, length } = this.#views
    const [first, n] = [start[v] as number, length[v] as number]
    let hash = 0
    for (let i = from; i < from + REACH; i++)
      hash = mix32(hash ^ (i < 0 || i >= n ? NO_WORD : (words[first + i] as number) >>> WORD_SHIFT))
    return hash >>> 0
  }
}

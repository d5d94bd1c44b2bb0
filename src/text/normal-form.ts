import {
  COMBINING,
  COMPOSITION,
  DECOMPOSITION,
  FOLDING,
  HANGUL,
  MINUS,
  STAND_INS,
  pairKey,
} from './unicode/equivalence.ts'
import { CATEGORY, FLAG, FLAGS, categorySet } from './unicode/properties.ts'

const DIGIT = categorySet('Nd')

/** The slow and complete path of normalisation: a list of code points at a time, between two stable characters. */
export class NormalForm {
  /** Result of `finish`: `length` code points. */
  points = new Int32Array(64)
  length = 0
  #spare = new Int32Array(64)

  clear(): void {
    this.length = 0
  }

  /** Adds a code point of the text, decomposed and replaced by its stand-in; invisible ones are left out. */
  add(cp: number): void {
    if (((FLAGS[cp] as number) & FLAG.defaultIgnorable) !== 0) return
    const standIn = STAND_INS.get(cp)
    if (standIn !== undefined) return this.#push(standIn)
    if (cp >= HANGUL.syllable && cp < HANGUL.syllable + HANGUL.syllables) return this.#addHangul(cp)
    const parts = DECOMPOSITION.get(cp)
    if (parts === undefined) return this.#push(cp)
    for (const part of parts) this.#push(STAND_INS.get(part) ?? part)
  }

  /** True while what follows decides what the last character means. */
  needsMore(): boolean {
    return this.length > 0 && this.points[this.length - 1] === MINUS
  }

  finish(): void {
    this.#order()
    this.#fold()
    this.#order()
    this.#dashes()
    this.#compose()
  }

  #push(cp: number): void {
    if (this.length === this.points.length) this.points = grown(this.points)
    this.points[this.length++] = cp
  }

  #addHangul(cp: number): void {
    const index = cp - HANGUL.syllable
    this.#push(HANGUL.lead + Math.floor(index / 588))
    this.#push(HANGUL.vowel + Math.floor((index % 588) / 28))
    if (index % 28 !== 0) this.#push(HANGUL.trail + (index % 28))
  }

  /** Canonical ordering: marks between two starters, stably by combining class. */
  #order(): void {
    for (let i = 0; i < this.length;) {
      if (COMBINING[this.points[i] as number] === 0) {
        i++
        continue
      }
      let end = i + 1
      while (end < this.length && COMBINING[this.points[end] as number] !== 0) end++
      if (end - i > 1) {
        const marks = Array.from(this.points.subarray(i, end))
        marks.sort((a, b) => (COMBINING[a] as number) - (COMBINING[b] as number))
        this.points.set(marks, i)
      }
      i = end
    }
  }

  #fold(): void {
    const source = this.points
    const length = this.length
    this.points = this.#spare
    this.#spare = source
    this.length = 0
    for (let i = 0; i < length; i++) {
      const cp = source[i] as number
      const folded = FOLDING.get(cp)
      if (folded === undefined) this.#push(cp)
      else for (const part of folded) this.#push(part)
    }
  }

  /** A minus sign keeps its meaning before a digit and is a dash elsewhere. */
  #dashes(): void {
    for (let i = 0; i < this.length; i++) {
      if (this.points[i] !== MINUS) continue
      const next = this.points[i + 1] as number
      if (i + 1 >= this.length || DIGIT[CATEGORY[next] as number] !== 1) this.points[i] = 0x2d
    }
  }

  #compose(): void {
    const points = this.points
    let starter = -1
    let kept = 0
    let last = -1
    for (let i = 0; i < this.length; i++) {
      const cp = points[i] as number
      const combining = COMBINING[cp] as number
      const composite =
        starter >= 0 && (last < combining || last === -1) ? compose(points[starter] as number, cp) : 0
      if (composite !== 0) {
        points[starter] = composite
        continue
      }
      if (combining === 0) {
        starter = kept
        last = -1
      } else last = combining
      points[kept++] = cp
    }
    this.length = kept
  }
}

function compose(first: number, second: number): number {
  const vowel = second - HANGUL.vowel
  const lead = first - HANGUL.lead
  if (lead >= 0 && lead < 19 && vowel >= 0 && vowel < 21) return HANGUL.syllable + (lead * 21 + vowel) * 28
  const trail = second - HANGUL.trail
  const syllable = first - HANGUL.syllable
  if (syllable >= 0 && syllable < HANGUL.syllables && syllable % 28 === 0 && trail > 0 && trail < 28) {
    return first + trail
  }
  return COMPOSITION.get(pairKey(first, second)) ?? 0
}

function grown(points: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(points.length * 2)
  larger.set(points)
  return larger
}

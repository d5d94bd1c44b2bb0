import { NormalForm } from './normal-form.ts'
import { STABLE } from './unicode/equivalence.ts'
import { codePointAt, sequenceLength, writeCodePoint } from './utf8.ts'

/** ASCII lower case; 0x20 stands for every white space. */
export const LOWER = Uint8Array.from({ length: 128 }, (_, c) => {
  if (c >= 0x41 && c <= 0x5a) return c + 32
  return c === 0x20 || (c >= 9 && c <= 13) ? 0x20 : c
})

/** Per byte: its lower case, where it is ASCII; 0 means a closer look. */
const PLAIN = new Uint8Array(256)
PLAIN.set(LOWER)

/**
 * Medical-safe normalisation for comparison: canonical composition, full case folding, full-width ASCII, Latin
 * ligatures, dashes, quotes; every Unicode space is one ASCII space, runs are one, the ends are trimmed; invisible
 * characters (zero-width, soft hyphen) are removed. Digits, decimal points, units, signs, comparison operators,
 * super- and subscripts, fractions and a minus sign before a digit stay what they are.
 */
export class Normaliser {
  #out = new Uint8Array(4096)
  readonly #form = new NormalForm()

  /** Normalised bytes of text [start, end). The answer is a view, valid until the next call. */
  normalise(bytes: Uint8Array, start: number, end: number): { bytes: Uint8Array; length: number } {
    this.#reserve(0, end - start + 8)
    let out = this.#out
    let o = 0
    let space = false
    // Where the last starter stands in the text and in the output: marks that follow may still compose with it.
    let lastIn = start
    let lastOut = 0
    for (let p = start; p < end;) {
      const c = bytes[p] as number
      let plain = PLAIN[c] as number
      if (plain !== 0 && plain !== 0x20) {
        if (space) out[o++] = 0x20
        let last = plain
        // On to what needs a closer look, or to a second space in a row. A branch at every space could not be predicted.
        do {
          out[o++] = last = plain
          plain = ++p < end ? (PLAIN[bytes[p] as number] as number) : 0
        } while (plain !== 0 && (plain | last) !== 0x20)
        space = last === 0x20
        if (space) o--
        lastIn = space ? p : p - 1
        lastOut = space ? o : o - 1
        continue
      }
      if (c < 0x80) {
        const lower = LOWER[c] as number
        if (lower === 0x20) {
          space = o > 0
          lastIn = ++p
          lastOut = o
          continue
        }
        if (space) out[o++] = 0x20
        space = false
        lastIn = p++
        lastOut = o
        out[o++] = lower
        continue
      }
      const length = sequenceLength(bytes, p, end)
      if (STABLE[codePointAt(bytes, p, end)] === 1 && length > 1) {
        if (space) out[o++] = 0x20
        space = false
        lastIn = p
        lastOut = o
        for (let i = 0; i < length; i++) out[o++] = bytes[p++] as number
        continue
      }
      if (lastIn < p) o = lastOut
      const next = this.#gather(bytes, lastIn < p ? lastIn : p, p, end)
      this.#reserve(o, 4 * this.#form.length + (end - next) + 8)
      out = this.#out
      ;({ o, space } = this.#emit(o, space))
      p = lastIn = next
      lastOut = o
    }
    return { bytes: out, length: o }
  }

  /** Takes everything up to the next character that cannot change; returns where that stands. */
  #gather(bytes: Uint8Array, from: number, unstable: number, end: number): number {
    const form = this.#form
    form.clear()
    let q = from
    while (q < end) {
      const cp = codePointAt(bytes, q, end)
      const settled = cp < 0x80 || STABLE[cp] === 1
      if (q > unstable && settled && !form.needsMore()) break
      form.add(cp)
      q += sequenceLength(bytes, q, end)
    }
    form.finish()
    return q
  }

  #emit(at: number, pending: boolean): { o: number; space: boolean } {
    const { points, length } = this.#form
    const out = this.#out
    let o = at
    let space = pending
    for (let i = 0; i < length; i++) {
      const cp = points[i] as number
      if (cp === 0x20 || (cp >= 9 && cp <= 13)) {
        space = o > 0
        continue
      }
      if (space) out[o++] = 0x20
      space = false
      o = writeCodePoint(out, o, cp)
    }
    return { o, space }
  }

  #reserve(used: number, more: number): void {
    if (used + more <= this.#out.length) return
    const larger = new Uint8Array(Math.max(used + more, this.#out.length * 2))
    larger.set(this.#out.subarray(0, used))
    this.#out = larger
  }
}

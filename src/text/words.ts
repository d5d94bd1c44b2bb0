import { WORD_KIND } from '../core/batch.ts'
import type { WordView } from '../core/batch.ts'
import { hash32, mix32 } from './hash.ts'
import { LOWER, Normaliser } from './normalise.ts'
import { STABLE } from './unicode/equivalence.ts'
import { codePointAt, sequenceLength } from './utf8.ts'
import {
  APOSTROPHE,
  ASCII_CLASS,
  CLASS,
  CLOSING,
  DASH,
  DIGIT,
  IDEOGRAPH,
  IGNORABLE,
  LETTER,
  MARK,
  MINUS_SIGN,
  NOT_ASCII,
  NUMERAL,
  POINT,
  RAISED,
  SEPARATOR,
  SYMBOL,
  UNIT_SYMBOL,
} from './word-class.ts'

const MINUS_HASH = hash32(Uint8Array.of(0xe2, 0x88, 0x92), 0, 3)
const SYMBOL_HASH = Uint32Array.from({ length: 128 }, (_, c) => hash32(Uint8Array.of(c), 0, 1))
/** Lower case of an ASCII letter by byte, 0 for every other byte. */
const LETTER_BYTE = Uint8Array.from(ASCII_CLASS, (class_, c) =>
  class_ === LETTER ? (LOWER[c] as number) : 0,
)

/**
 * Cuts every turn into normalised words: runs of letters and marks with inner apostrophes; numbers with inner
 * points and commas; each ideograph or kana; each symbol that carries meaning (+ − < > ≤ = % ° / × …, runs of
 * super- or subscripts, a dash that is the sign of a number). Everything else separates.
 * Offsets are bytes of `input.bytes`; a word's hash is `hash32` of its normalised bytes.
 */
export function makeWords(input: { textStart: Int32Array; turns: number; bytes: Uint8Array }): WordView {
  const { textStart, turns, bytes } = input
  const turnWord = new Int32Array(turns + 1)
  const scanner = new WordScanner(bytes)
  for (let turn = 0; turn < turns; turn++) {
    scanner.scan(textStart[turn] as number, textStart[turn + 1] as number)
    turnWord[turn + 1] = scanner.count
  }
  return { turnWord, ...scanner.take() }
}

/** Scratch shared by all calls on this thread: a word count is known only at the end. */
const scratch = {
  start: new Int32Array(0),
  end: new Int32Array(0),
  hash: new Uint32Array(0),
  kind: new Uint8Array(0),
}

function reserve(words: number, kept: number): void {
  if (scratch.start.length >= words) return
  const size = Math.max(words, scratch.start.length * 2, 65536)
  const { start, end, hash, kind } = scratch
  scratch.start = new Int32Array(size)
  scratch.end = new Int32Array(size)
  scratch.hash = new Uint32Array(size)
  scratch.kind = new Uint8Array(size)
  scratch.start.set(start.subarray(0, kept))
  scratch.end.set(end.subarray(0, kept))
  scratch.hash.set(hash.subarray(0, kept))
  scratch.kind.set(kind.subarray(0, kept))
}

/** Words of a turn are found in slices of this many bytes, so that scratch space follows the words, not the bytes. */
const STRIDE = 65536

class WordScanner {
  count = 0
  readonly #bytes: Uint8Array
  readonly #normaliser = new Normaliser()
  /** Bounds of the turn being scanned. */
  #from = 0
  #to = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  scan(from: number, to: number): void {
    this.#from = from
    this.#to = to
    for (let p = from; p < to;) {
      reserve(this.count + STRIDE + 1, this.count)
      p = this.#stride(p, Math.min(to, p + STRIDE))
    }
  }

  take(): Pick<WordView, 'start' | 'end' | 'hash' | 'kind'> {
    const { start, end, hash, kind } = scratch
    const n = this.count
    return { start: start.slice(0, n), end: end.slice(0, n), hash: hash.slice(0, n), kind: kind.slice(0, n) }
  }

  /** Finds the words that start in [from, stop); returns where the last one ends. */
  #stride(from: number, stop: number): number {
    const bytes = this.#bytes
    const to = this.#to
    let p = from
    while (p < stop) {
      const class_ = ASCII_CLASS[bytes[p] as number] as number
      if (class_ === SEPARATOR || class_ === CLOSING || class_ === APOSTROPHE) {
        p++
      } else if (class_ === LETTER) {
        p = this.#letters(p)
      } else if (class_ === DIGIT) {
        p = this.#digits(p)
      } else if (class_ === SYMBOL || class_ === UNIT_SYMBOL) {
        const marked = p + 1 < to && (bytes[p + 1] as number) >= 0x80
        p = marked
          ? this.#any(p)
          : this.#put(p, p + 1, SYMBOL_HASH[bytes[p] as number] as number, WORD_KIND.symbol)
      } else {
        // Most points and dashes end a sentence or join words: seen at a glance from the next byte.
        const next = p + 1 < to ? (ASCII_CLASS[bytes[p + 1] as number] as number) : SEPARATOR
        const plain = class_ !== NOT_ASCII && next !== DIGIT && next !== NOT_ASCII && next !== POINT
        p = plain ? p + 1 : this.#any(p)
      }
    }
    return p
  }

  #letters(p: number): number {
    const bytes = this.#bytes
    const to = this.#to
    let h = 0
    let q = p
    for (;;) {
      let letter = LETTER_BYTE[bytes[q] as number] as number
      do {
        h = Math.imul(((h << 5) | (h >>> 27)) ^ letter, 0x9e3779b1)
        q++
        letter = q < to ? (LETTER_BYTE[bytes[q] as number] as number) : 0
      } while (letter !== 0)
      if (q >= to) break
      const class_ = ASCII_CLASS[bytes[q] as number] as number
      if (class_ === NOT_ASCII) return this.#any(p)
      if (class_ !== APOSTROPHE || q + 1 >= to) break
      // An apostrophe stays inside a word.
      const after = ASCII_CLASS[bytes[q + 1] as number] as number
      if (after === NOT_ASCII) return this.#any(p)
      if (after !== LETTER) break
      h = Math.imul(((h << 5) | (h >>> 27)) ^ 0x27, 0x9e3779b1)
      q++
    }
    return this.#put(p, q, mix32(h ^ (q - p)), WORD_KIND.letters)
  }

  #digits(p: number): number {
    const bytes = this.#bytes
    const to = this.#to
    let h = 0
    let q = p
    let next = DIGIT
    do {
      h = Math.imul(((h << 5) | (h >>> 27)) ^ (bytes[q] as number), 0x9e3779b1)
      q++
      next = q < to ? (ASCII_CLASS[bytes[q] as number] as number) : SEPARATOR
      if (next === POINT && q + 1 < to) {
        const after = ASCII_CLASS[bytes[q + 1] as number] as number
        if (after === DIGIT || after === NOT_ASCII) next = after
      }
    } while (next === DIGIT)
    if (next === NOT_ASCII) return this.#any(p)
    return this.#put(p, q, mix32(h ^ (q - p)), WORD_KIND.number)
  }

  /** One word or separator of any script at p; returns where it ends. */
  #any(p: number): number {
    const class_ = this.#class(p)
    switch (class_) {
      case LETTER:
        return this.#word(p, this.#run(p, LETTER, APOSTROPHE), WORD_KIND.letters)
      case DIGIT:
        return this.#word(p, this.#run(p, DIGIT, POINT), WORD_KIND.number)
      case RAISED:
        return this.#word(p, this.#run(p, RAISED, -1), WORD_KIND.symbol)
      case NUMERAL:
        return this.#word(p, this.#marks(p), WORD_KIND.number)
      case IDEOGRAPH:
        return this.#word(p, this.#marks(p), WORD_KIND.ideograph)
      case SYMBOL:
      case UNIT_SYMBOL:
        return this.#word(p, this.#marks(p), WORD_KIND.symbol)
      case POINT:
        return this.#point(p)
      case DASH:
      case MINUS_SIGN:
        return this.#dash(p, class_)
      default:
        return this.#after(p)
    }
  }

  /** A point that starts a number (.5), else a separator. */
  #point(p: number): number {
    const next = this.#visible(this.#marks(p))
    const full = codePointAt(this.#bytes, p, this.#to)
    const leads = (full === 0x2e || full === 0xff0e) && next < this.#to && this.#class(next) === DIGIT
    const before = leads ? this.#before(p) : POINT
    if (!leads || before === POINT || endsValue(before)) return this.#after(p)
    return this.#word(p, this.#run(next, DIGIT, POINT), WORD_KIND.number)
  }

  #dash(p: number, class_: number): number {
    const behind = this.#marks(p)
    const next = this.#visible(behind)
    const nextClass = next < this.#to ? this.#class(next) : SEPARATOR
    if (class_ === MINUS_SIGN && nextClass === DIGIT)
      return this.#put(p, behind, MINUS_HASH, WORD_KIND.symbol)
    let number = nextClass === DIGIT
    if (nextClass === POINT) {
      const digit = this.#visible(this.#marks(next))
      number = digit < this.#to && this.#class(digit) === DIGIT
    }
    const before = number ? this.#before(p) : DASH
    if (!number || before === DASH || before === MINUS_SIGN || endsValue(before)) return behind
    return this.#word(p, behind, WORD_KIND.symbol)
  }

  /** End of the run of `class_` at p; one `joiner` between two members stays inside. */
  #run(p: number, class_: number, joiner: number): number {
    let end = this.#marks(p)
    for (;;) {
      let next = this.#visible(end)
      if (next >= this.#to) return end
      let found = this.#class(next)
      if (found === joiner) {
        next = this.#visible(this.#marks(next))
        if (next >= this.#to) return end
        found = this.#class(next)
      }
      if (found !== class_) return end
      end = this.#marks(next)
    }
  }

  /** Offset behind the character at p and the marks that belong to it. */
  #marks(p: number): number {
    let end = this.#after(p)
    for (;;) {
      const next = this.#visible(end)
      if (next >= this.#to || this.#class(next) !== MARK) return end
      end = this.#after(next)
    }
  }

  #class(p: number): number {
    return CLASS[codePointAt(this.#bytes, p, this.#to)] as number
  }

  #after(p: number): number {
    return p + sequenceLength(this.#bytes, p, this.#to)
  }

  /** The first character at or after p that is not invisible. */
  #visible(p: number): number {
    let q = p
    while (q < this.#to && this.#class(q) === IGNORABLE) q = this.#after(q)
    return q
  }

  /** Class of the character before p, marks and invisible ones aside; a separator at the start of the turn. */
  #before(p: number): number {
    const bytes = this.#bytes
    let q = p
    while (q > this.#from) {
      q--
      while (q > this.#from && ((bytes[q] as number) & 0xc0) === 0x80) q--
      const class_ = this.#class(q)
      if (class_ !== IGNORABLE && class_ !== MARK) return class_
    }
    return SEPARATOR
  }

  #word(start: number, end: number, kind: number): number {
    return this.#put(start, end, this.#hash(start, end), kind)
  }

  #hash(start: number, end: number): number {
    const bytes = this.#bytes
    let h = 0
    for (let i = start; i < end; i++) {
      const c = bytes[i] as number
      if (c >= 0xc0 && STABLE[codePointAt(bytes, i, end)] === 0) {
        const normal = this.#normaliser.normalise(bytes, start, end)
        return hash32(normal.bytes, 0, normal.length)
      }
      h = Math.imul(((h << 5) | (h >>> 27)) ^ (c < 0x80 ? (LOWER[c] as number) : c), 0x9e3779b1)
    }
    return mix32(h ^ (end - start))
  }

  #put(start: number, end: number, hash: number, kind: number): number {
    const n = this.count++
    scratch.start[n] = start
    scratch.end[n] = end
    scratch.hash[n] = hash
    scratch.kind[n] = kind
    return end
  }
}

/** True where a dash or point that follows belongs to what stands before it: a range, a hyphen, a full stop. */
function endsValue(class_: number): boolean {
  switch (class_) {
    case LETTER:
    case DIGIT:
    case NUMERAL:
    case RAISED:
    case IDEOGRAPH:
    case CLOSING:
    case UNIT_SYMBOL:
      return true
    default:
      return false
  }
}

import { WORD_KIND } from '../core/batch.ts'
import type { WordView } from '../core/batch.ts'
import { threadCache } from '../core/thread-cache.ts'
import { wordHash } from './hash.ts'
import { WordMemory } from './kernels/word-memory.ts'
import { LOWER, Normaliser } from './normalise.ts'
import { STABLE } from './unicode/equivalence.ts'
import { codePointAt, sequenceLength } from './utf8.ts'
import {
  APOSTROPHE,
  CLASS,
  CLOSING,
  DASH,
  DIGIT,
  IDEOGRAPH,
  IGNORABLE,
  LETTER,
  MARK,
  MINUS_SIGN,
  NUMERAL,
  POINT,
  RAISED,
  SEPARATOR,
  SYMBOL,
  UNIT_SYMBOL,
} from './word-class.ts'

/** Turns the kernel is asked for at a time: a thread's code gets faster only between calls. */
const STEP = 512
const NO_BYTES: Uint8Array = new Uint8Array(0)
const MINUS_HASH = wordHash(Uint8Array.of(0xe2, 0x88, 0x92), 0, 3)

export interface WordText {
  textStart: Int32Array
  turns: number
  bytes: Uint8Array
}

/**
 * Cuts every turn into normalised words: runs of letters and marks with inner apostrophes; numbers with inner
 * points and commas; each ideograph or kana; each symbol that carries meaning (+ − < > ≤ = % ° / × …, runs of
 * super- or subscripts, a dash that is the sign of a number). Everything else separates.
 * Offsets are bytes of `input.bytes`; a word's hash is `wordHash` of its normalised bytes.
 */
export function makeWords(input: WordText): WordView {
  const { turnWord, start, end, hash, kind, small } = scanners.single().cut(input)
  const offsets = { start: start.slice(), end: end.slice() }
  return { turnWord, ...offsets, hash: hash.slice(), kind: kind.slice(), small: small.slice() }
}

/** The same for the text of a batch; the answer is valid until this thread asks for the words of the next. */
export function wordsOfBatch(input: WordText): WordView {
  return scanners.batch().cut(input)
}

/** Memory of this thread: of words that must outlive the next call nothing stays there. */
const scanners = { batch: threadCache(() => new WordScanner()), single: threadCache(() => new WordScanner()) }

class WordScanner {
  readonly #memory = new WordMemory()
  readonly #normaliser = new Normaliser()
  #bytes = NO_BYTES
  /** Bounds of the turn being scanned. */
  #from = 0
  #to = 0

  /** The words of all turns, as views that are valid until the next call. */
  cut({ textStart, turns, bytes }: WordText): WordView {
    this.#memory.place(bytes, textStart, turns)
    this.#bytes = bytes
    for (let from = 0; from < turns; from += STEP) this.#scan(textStart, from, Math.min(turns, from + STEP))
    this.#bytes = NO_BYTES
    return this.#memory.words()
  }

  /** The kernel finds words of ASCII; what it stops at is looked at here, and what follows it beyond ASCII. */
  #scan(textStart: Int32Array, from: number, to: number): void {
    const memory = this.#memory
    let p = memory.scan(textStart[from] as number, from, to)
    while (memory.turn < to) {
      const { turn } = memory
      this.#from = textStart[turn] as number
      this.#to = textStart[turn + 1] as number
      do p = this.#any(p)
      while (p < this.#to && (this.#bytes[p] as number) >= 0x80)
      p = memory.scan(p, turn, to)
    }
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
    for (let i = start; i < end; i++) {
      const c = bytes[i] as number
      const changes = c < 0x80 ? LOWER[c] !== c : c >= 0xc0 && STABLE[codePointAt(bytes, i, end)] === 0
      if (!changes) continue
      const normal = this.#normaliser.normalise(bytes, start, end)
      return wordHash(normal.bytes, 0, normal.length)
    }
    return wordHash(bytes, start, end)
  }

  #put(start: number, end: number, hash: number, kind: number): number {
    this.#memory.put(start, end, hash, kind)
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

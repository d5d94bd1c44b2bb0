import { AuditError } from '../../core/error.ts'
import { AddedTokens } from './added.ts'
import type { AddedToken } from './added.ts'
import { Bpe, FULL, NOT_UTF8 } from './bpe.ts'
import type { BpeRule, IdTarget } from './bpe.ts'
import { mayChangeUnderNfc } from './nfc.ts'
import type { Vocabulary } from './vocabulary.ts'

/** What a worker needs to open the fast engine; survives structured clone, big arrays are shared. */
export interface FastParts {
  vocabulary: Vocabulary
  rule: BpeRule
  prefixSpace: boolean
  nfc: boolean
  added: readonly AddedToken[]
}

/** Normalises text as the tokenizer's own normaliser does. */
export type Normalise = (text: string) => string

/**
 * The fast engine: added tokens, normaliser and prefix space around byte-level BPE, in the order of the official
 * implementation. Not for two calls at a time; one instance a worker.
 */
export class FastEngine {
  readonly #bpe: Bpe
  readonly #raw: AddedTokens
  readonly #normalised: AddedTokens
  readonly #parts: FastParts
  readonly #normalise: Normalise
  readonly #plain: boolean

  constructor(parts: FastParts, normalise: Normalise) {
    this.#parts = parts
    this.#normalise = normalise
    this.#bpe = new Bpe(parts.vocabulary, parts.rule)
    this.#raw = new AddedTokens(parts.added.filter((token) => !token.normalized))
    this.#normalised = new AddedTokens(parts.added.filter((token) => token.normalized))
    this.#plain = parts.added.length === 0 && !parts.nfc && !parts.prefixSpace
  }

  count(bytes: Uint8Array, start: number, end: number): number {
    const tokens = this.#plain ? this.#bpe.count(bytes, start, end) : this.#text(bytes, start, end, null)
    if (tokens !== NOT_UTF8) return tokens
    const repaired = repair(bytes, start, end)
    return valid(this.#text(repaired, 0, repaired.length, null))
  }

  /** Number of ids written, or -1 when `out` is too small. */
  encode(bytes: Uint8Array, start: number, end: number, out: Uint32Array): number {
    const target = { ids: out, length: 0 }
    let answer = this.#text(bytes, start, end, target)
    if (answer === NOT_UTF8) {
      const repaired = repair(bytes, start, end)
      target.length = 0
      answer = valid(this.#text(repaired, 0, repaired.length, target))
    }
    return answer === FULL ? -1 : target.length
  }

  /** Tokens of a text (0 or more when there is a target), NOT_UTF8 or FULL. */
  #text(bytes: Uint8Array, start: number, end: number, target: IdTarget | null): number {
    let tokens = 0
    for (let at = start; at < end;) {
      const found = this.#raw.find(bytes, at, end)
      const { from, to, id } = this.#raw
      const piece = this.#piece(bytes, at, found ? from : end, target)
      if (piece < 0) return piece
      if (!found) return tokens + piece
      if (target !== null && !put(target, id)) return FULL
      tokens += piece + 1
      at = to
    }
    return tokens
  }

  /** Text between the added tokens that are looked for first. */
  #piece(bytes: Uint8Array, start: number, end: number, target: IdTarget | null): number {
    if (this.#parts.nfc && mayChangeUnderNfc(bytes, start, end)) {
      const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(start, end))
      const changed = Buffer.from(this.#normalise(text), 'utf8')
      return this.#normalisedPiece(changed, 0, changed.length, target)
    }
    return this.#normalisedPiece(bytes, start, end, target)
  }

  #normalisedPiece(bytes: Uint8Array, start: number, end: number, target: IdTarget | null): number {
    let tokens = 0
    for (let at = start; at < end;) {
      const found = this.#normalised.find(bytes, at, end)
      const { from, to, id } = this.#normalised
      const stretch = this.#stretch(bytes, at, found ? from : end, target)
      if (stretch < 0) return stretch
      if (!found) return tokens + stretch
      if (target !== null && !put(target, id)) return FULL
      tokens += stretch + 1
      at = to
    }
    return tokens
  }

  /** Text without any added token. */
  #stretch(bytes: Uint8Array, start: number, end: number, target: IdTarget | null): number {
    if (start === end) return 0
    if (this.#parts.prefixSpace && bytes[start] !== 0x20) {
      const spaced = new Uint8Array(end - start + 1)
      spaced[0] = 0x20
      spaced.set(bytes.subarray(start, end), 1)
      return this.#bytePairs(spaced, 0, spaced.length, target)
    }
    return this.#bytePairs(bytes, start, end, target)
  }

  #bytePairs(bytes: Uint8Array, start: number, end: number, target: IdTarget | null): number {
    return target === null ? this.#bpe.count(bytes, start, end) : this.#bpe.encode(bytes, start, end, target)
  }
}

function put(target: IdTarget, id: number): boolean {
  if (target.length === target.ids.length) return false
  target.ids[target.length++] = id
  return true
}

/** The same text with U+FFFD for what is not UTF-8, as WHATWG decoding does. */
function repair(bytes: Uint8Array, start: number, end: number): Uint8Array {
  return Buffer.from(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(start, end)), 'utf8')
}

/** Repaired text is UTF-8; were it not for this check, a mistake here would count too little in silence. */
function valid(answer: number): number {
  if (answer === NOT_UTF8)
    throw new AuditError('INTERNAL', { what: 'text is not UTF-8 after it was repaired' })
  return answer
}

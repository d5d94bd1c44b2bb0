import { WORD_KIND } from '../../../core/batch.ts'
import type { Difference } from '../../../text/differences.ts'
import { rawOf, textOf, wordsAt } from './text-view.ts'
import type { TextView, ViewWord } from './text-view.ts'
import { NEGATIONS, UNITS, isAntonym, isMedicine, isOppositeSex, isOppositeSide } from './vocabulary.ts'

/** Kinds of difference that change the meaning and must never pass as a duplicate. */
export type MeaningKind = 'number' | 'unit' | 'sign' | 'negation' | 'side' | 'sex' | 'name'

/** Tells whether a word is ever written in lower case in the corpus: proper names are not. */
export type LowerCaseSeen = (hash: number) => boolean

/**
 * The kind of each stretch where two views differ, when every one changes the meaning by itself; null when any is an
 * ordinary difference, or nothing differs.
 */
export function minimalDifference(
  [a, b]: readonly [TextView, TextView],
  found: readonly Difference[],
  lowerCaseSeen: LowerCaseSeen,
): MeaningKind[] | null {
  const kinds: MeaningKind[] = []
  for (const { aStart, aEnd, bStart, bEnd } of found) {
    const kind = kindOf(wordsAt(a, aStart, aEnd), wordsAt(b, bStart, bEnd), lowerCaseSeen)
    if (kind === null) return null
    kinds.push(kind)
  }
  return kinds.length === 0 ? null : kinds
}

function kindOf(
  a: readonly ViewWord[],
  b: readonly ViewWord[],
  lowerCaseSeen: LowerCaseSeen,
): MeaningKind | null {
  const all = [...a, ...b]
  const both = a.length > 0 && b.length > 0
  if (all.every((word) => word.kind === WORD_KIND.symbol)) return 'sign'
  if (both && hasNumber(a) && hasNumber(b) && all.every(isFigure)) return 'number'
  const [left, right] = [a.map(textOf), b.map(textOf)]
  if (both && [...left, ...right].every((word) => UNITS.has(word) || /^[/%°²³⁻¹]+$/.test(word))) return 'unit'
  // "5 mg" against "50 µg": figure and unit at once.
  if (both && all.every((word, i) => isFigure(word) || UNITS.has([...left, ...right][i] as string)))
    return 'number'
  if (onlyNegation(left, right)) return 'negation'
  const [x, y] = [left[0], right[0]]
  if (left.length === 1 && right.length === 1 && x !== undefined && y !== undefined) {
    if (isOppositeSide(x, y)) return 'side'
    if (isOppositeSex(x, y)) return 'sex'
    if (isAntonym(x, y)) return 'negation'
  }
  const named = (words: readonly ViewWord[]): boolean => words.every((word) => isName(word, lowerCaseSeen))
  return both && named(a) && named(b) ? 'name' : null
}

function hasNumber(words: readonly ViewWord[]): boolean {
  return words.some((word) => word.kind === WORD_KIND.number)
}

function isFigure(word: ViewWord): boolean {
  return word.kind === WORD_KIND.number || word.kind === WORD_KIND.symbol
}

/** What remains beside the negations is the same on both sides. */
function onlyNegation(a: readonly string[], b: readonly string[]): boolean {
  const rest = (words: readonly string[]): string[] => words.filter((word) => !NEGATIONS.has(word))
  const [x, y] = [rest(a), rest(b)]
  const negated = x.length < a.length || y.length < b.length
  return negated && x.length === y.length && x.every((word, i) => word === y[i])
}

/** A medicine, an acronym, a code, or a capitalised word inside a sentence that the corpus never writes small. */
function isName(word: ViewWord, lowerCaseSeen: LowerCaseSeen): boolean {
  if (word.kind === WORD_KIND.number) return true
  if (word.kind !== WORD_KIND.letters) return false
  const raw = rawOf(word)
  if (isMedicine(textOf(word))) return true
  if (/^\p{Lu}{2,}$/u.test(raw)) return shoutsAlone(word)
  return /^\p{Lu}/u.test(raw) && raw.length > 2 && insideSentence(word) && !lowerCaseSeen(word.hash)
}

/** An acronym stands among words in small letters; a text all in capitals has none. */
function shoutsAlone(word: ViewWord): boolean {
  const around = Buffer.from(word.turn.text.subarray(Math.max(0, word.start - 60), word.end + 60)).toString()
  return /\p{Ll}{3,}/u.test(around)
}

function insideSentence(word: ViewWord): boolean {
  const before = Buffer.from(word.turn.text.subarray(Math.max(0, word.start - 8), word.start)).toString()
  return /[\p{L}\p{N},;)] +$/u.test(before)
}

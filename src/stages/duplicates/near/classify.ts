import { WORD_KIND } from '../../../core/batch.ts'
import type { Difference } from '../../../text/differences.ts'
import { signsDiffer } from './signs.ts'
import { rawOf, textOf, wordsAt } from './text-view.ts'
import type { TextView, ViewWord } from './text-view.ts'
import { areOtherThings, isMedicine, isOpener, isSameSpelling } from './things.ts'
import {
  figureValue,
  isAntonym,
  isBetweenFigures,
  isFiller,
  isNegation,
  isOppositeSex,
  isOppositeSide,
  unitValue,
  withoutNegation,
} from './vocabulary.ts'

/** Kinds of difference that change the meaning and must never pass as a duplicate. */
export type MeaningKind = 'number' | 'unit' | 'sign' | 'negation' | 'side' | 'sex' | 'name'

/** Tells whether a word is ever written in lower case in the corpus: proper names are not. */
export type LowerCaseSeen = (hash: number) => boolean

/**
 * The kind of each stretch where two views differ, when every one changes the meaning by itself; null when any is an
 * ordinary difference, or nothing differs. Where the words are the same, signs that are no words may differ.
 */
export function minimalDifference(
  [a, b]: readonly [TextView, TextView],
  found: readonly Difference[],
  lowerCaseSeen: LowerCaseSeen,
): MeaningKind[] | null {
  if (found.length === 0) return signsDiffer([a, b]) ? ['sign'] : null
  const kinds: MeaningKind[] = []
  for (const { aStart, aEnd, bStart, bEnd } of found) {
    const kind = kindOf(wordsAt(a, aStart, aEnd), wordsAt(b, bStart, bEnd), lowerCaseSeen)
    if (kind === null) return null
    kinds.push(kind)
  }
  return kinds
}

function kindOf(
  a: readonly ViewWord[],
  b: readonly ViewWord[],
  lowerCaseSeen: LowerCaseSeen,
): MeaningKind | null {
  if ([...a, ...b].every((word) => word.kind === WORD_KIND.symbol)) return 'sign'
  const [x, y] = [termsOf(a, b.length === 0), termsOf(b, a.length === 0)]
  if (x.length === 1 && y.length === 1) {
    const kind = kindOfTerms(x[0] as Term, y[0] as Term, lowerCaseSeen)
    if (kind !== null) return kind
  }
  const measured = kindOfMeasures(x, y)
  if (measured !== undefined) return measured
  if (isNegated(x, y)) return 'negation'
  const kind = kindOfPlaces(x.filter(isTelling), y.filter(isTelling), lowerCaseSeen)
  if (kind !== null) return kind
  const named = (words: readonly ViewWord[]): boolean => words.every((word) => isName(word, lowerCaseSeen))
  return a.length > 0 && b.length > 0 && named(a) && named(b) && !isSameText(x, y) ? 'name' : null
}

/** A word of a differing stretch, and what it says. */
interface Term {
  word: ViewWord
  text: string
  /** What a figure is worth; null for other words. */
  figure: string | null
  /** The unit, by one of its spellings; null for other words. */
  unit: string | null
}

/** @param alone nothing stands against the words: numbers of a list and pronouns are no figures then. */
function termsOf(words: readonly ViewWord[], alone: boolean): Term[] {
  const terms = words.map((word): Term => {
    const [text, raw] = [textOf(word), rawOf(word)]
    const counts = word.kind === WORD_KIND.number || word.kind === WORD_KIND.symbol
    const figure = figureValue(text, raw) ?? (counts ? text : null)
    return { word, text, figure: alone && raw === 'I' ? null : figure, unit: unitValue(text) }
  })
  return alone ? terms.filter(({ word }) => !isListNumber(word)) : terms
}

/** "2." at the start of a line, "[2]" anywhere: layout, when it stands on one side only. */
function isListNumber(word: ViewWord): boolean {
  if (word.kind !== WORD_KIND.number) return false
  const before = latin1(word, word.start - 12, word.start)
  const after = latin1(word, word.end, word.end + 1)
  return (
    (/(?:^|[\n\r])[\s*#(-]*$/.test(before) && /^[.)]/.test(after)) || (before.endsWith('[') && after === ']')
  )
}

function latin1({ turn }: ViewWord, from: number, to: number): string {
  return Buffer.from(turn.text.subarray(Math.max(0, from), to)).toString('latin1')
}

/**
 * The kind of a stretch of figures, units and what stands between them; null where both sides say the same, undefined
 * where other words stand there too.
 */
function kindOfMeasures(x: readonly Term[], y: readonly Term[]): MeaningKind | null | undefined {
  const all = [...x, ...y]
  const measures = ({ figure, unit }: Term): boolean => figure !== null || unit !== null
  if (!all.some(measures) || !all.every((term) => measures(term) || isBetweenFigures(term.text)))
    return undefined
  const figures = (terms: readonly Term[]): string =>
    terms.flatMap(({ figure, unit }) => (figure === null || unit !== null ? [] : [figure])).join(' ')
  const [p, q] = [figures(x), figures(y)]
  // "a tablet" is one tablet.
  const one = (own: string, terms: readonly Term[]): boolean =>
    own === '' && terms.some(({ text }) => /^an?$/.test(text))
  if (p !== q && !(p === '1' && one(q, y)) && !(q === '1' && one(p, x))) return 'number'
  const units = (terms: readonly Term[]): string => terms.flatMap(({ unit }) => unit ?? []).join(' ')
  return units(x) === units(y) ? null : 'unit'
}

/** One side denies what the other says: what remains beside the negation is the same, or says nothing. */
function isNegated(x: readonly Term[], y: readonly Term[]): boolean {
  const count = (terms: readonly Term[]): number => terms.filter(({ text }) => isNegation(text)).length
  const [p, q] = [count(x), count(y)]
  if (p === q) return false
  const rest = (terms: readonly Term[]): string[] =>
    terms
      .filter((term) => term.word.kind !== WORD_KIND.symbol)
      .flatMap(({ text }) => (isNegation(text) ? (withoutNegation(text) ?? []) : text))
      .filter((text) => !isFiller(text))
  const [more, less] = p > q ? [rest(x), rest(y)] : [rest(y), rest(x)]
  // "avoid" against "use", "denies" against "reports".
  if (more.length === 0) return less.length <= 1
  return more.every((word, i) => haveOneStem(word, less[i] ?? '')) && less.length <= more.length + 1
}

/** "heal" and "healed", "known" and "known". */
function haveOneStem(a: string, b: string): boolean {
  if (a === b) return true
  const short = Math.min(a.length, b.length)
  return short >= 4 && a.slice(0, short - 1) === b.slice(0, short - 1)
}

function isTelling({ text }: Term): boolean {
  return !isFiller(text)
}

/** Words a place differs in at most: longer stretches are written anew. */
const MOST_PLACES = 4

/** The kind where words stand against each other one by one, and every two that differ mean different things. */
function kindOfPlaces(
  x: readonly Term[],
  y: readonly Term[],
  lowerCaseSeen: LowerCaseSeen,
): MeaningKind | null {
  if (x.length !== y.length || x.length > MOST_PLACES) return null
  const kinds: MeaningKind[] = []
  for (const [i, term] of x.entries()) {
    const other = y[i] as Term
    if (isSameSpelling(term.text, other.text)) continue
    const kind = kindOfTerms(term, other, lowerCaseSeen)
    if (kind === null) return null
    kinds.push(kind)
  }
  return kinds[0] ?? null
}

/** What two words that stand against each other differ in, or null where they may say the same. */
function kindOfTerms(x: Term, y: Term, lowerCaseSeen: LowerCaseSeen): MeaningKind | null {
  if (x.figure !== null && y.figure !== null) return x.figure === y.figure ? null : 'number'
  if (isOppositeSide(x.text, y.text)) return 'side'
  if (isOppositeSex(x.text, y.text)) return 'sex'
  if (x.unit !== null && y.unit !== null) return x.unit === y.unit ? null : 'unit'
  if (isAntonym(x.text, y.text)) return 'negation'
  if (areOtherThings(x.text, y.text)) return 'name'
  if (isLetter(x) && isLetter(y)) return 'name'
  if (isSameSpelling(x.text, y.text)) return null
  return isName(x.word, lowerCaseSeen) && isName(y.word, lowerCaseSeen) ? 'name' : null
}

/** A single letter that names something: hepatitis A, vitamin K. */
function isLetter({ word }: Term): boolean {
  return /^[\p{Lu}\p{Script=Greek}]$/u.test(rawOf(word))
}

function isSameText(x: readonly Term[], y: readonly Term[]): boolean {
  return x.length === y.length && x.every(({ text }, i) => isSameSpelling(text, (y[i] as Term).text))
}

/** A medicine, an acronym, a code, or a capitalised word that the corpus never writes small. */
function isName(word: ViewWord, lowerCaseSeen: LowerCaseSeen): boolean {
  if (word.kind === WORD_KIND.number) return true
  if (word.kind !== WORD_KIND.letters) return false
  const [raw, text] = [rawOf(word), textOf(word)]
  if (isMedicine(text)) return true
  if (/^\p{Lu}{2,}$/u.test(raw)) return shoutsAlone(word)
  if (!/^\p{Lu}/u.test(raw) || raw.length < 3 || lowerCaseSeen(word.hash)) return false
  return insideSentence(word) || !(isOpener(text) || isFiller(text) || isNegation(text))
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

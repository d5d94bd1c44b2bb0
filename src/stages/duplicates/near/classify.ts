import { WORD_KIND } from '../../../core/batch.ts'
import type { Difference } from '../../../text/differences.ts'
import { termsOf } from './figures.ts'
import type { Term } from './figures.ts'
import { frequenciesDiffer } from './frequencies.ts'
import { Names } from './names.ts'
import { signsDiffer } from './signs.ts'
import type { LowerCaseSeen } from './small-words.ts'
import { rawOf, textOf, wordsAt } from './text-view.ts'
import type { TextView, ViewWord } from './text-view.ts'
import { areOtherThings, isSameSpelling } from './things.ts'
import {
  isAntonym,
  isBetweenFigures,
  isFiller,
  isLoneAntonym,
  isNegation,
  isOppositeSex,
  isOppositeSide,
  isOtherMeasure,
  isTimes,
  withoutNegation,
} from './vocabulary.ts'

/** Kinds of difference that change the meaning and must never pass as a duplicate. */
export type MeaningKind = 'number' | 'unit' | 'sign' | 'negation' | 'side' | 'sex' | 'name' | 'answer'

/**
 * The kind of each stretch where two views differ, when every one changes the meaning by itself; null when any is an
 * ordinary difference, or nothing differs. Where the words are the same, signs that are no words may differ.
 */
export function minimalDifference(
  views: readonly [TextView, TextView],
  found: readonly Difference[],
  lowerCaseSeen: LowerCaseSeen,
): MeaningKind[] | null {
  if (found.length === 0) return signsDiffer(views) ? ['sign'] : null
  const names = new Names(views, lowerCaseSeen)
  const kinds: MeaningKind[] = []
  for (const { aStart, aEnd, bStart, bEnd } of found) {
    const [a, b] = [wordsAt(views[0], aStart, aEnd), wordsAt(views[1], bStart, bEnd)]
    const kind = found.length === 1 && areLoneAntonyms(a, b) ? 'negation' : kindOf(a, b, names)
    if (kind === null) return null
    kinds.push(kind)
  }
  return kinds
}

/** Words such as "must" and "may", where nothing else differs: beside other words that differ they are another wording. */
function areLoneAntonyms(a: readonly ViewWord[], b: readonly ViewWord[]): boolean {
  if (a.length !== 1 || b.length !== 1) return false
  return isLoneAntonym(textOf(a[0] as ViewWord), textOf(b[0] as ViewWord))
}

function kindOf(a: readonly ViewWord[], b: readonly ViewWord[], names: Names): MeaningKind | null {
  if ([...a, ...b].every((word) => word.kind === WORD_KIND.symbol)) return 'sign'
  if (frequenciesDiffer(a, b)) return 'unit'
  const [x, y] = [termsOf(a, b.length === 0), termsOf(b, a.length === 0)]
  if (x.length === 1 && y.length === 1) {
    const kind = kindOfTerms(x[0] as Term, y[0] as Term, names)
    if (kind !== null) return kind
  }
  const measured = kindOfMeasures(x, y)
  if (measured !== undefined) return measured
  if (isNegated(x, y)) return 'negation'
  if (isWrittenUnspaced(a, b) && isAntonym(textOfAll(x), textOfAll(y))) return 'negation'
  const kind = kindOfPlaces(x.filter(isTelling), y.filter(isTelling), names)
  if (kind !== null) return kind
  const named = (words: readonly ViewWord[]): boolean => words.every((word) => names.isName(word))
  return a.length > 0 && b.length > 0 && named(a) && named(b) && !isSameText(x, y) ? 'name' : null
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
  const [p, q] = [figuresOf(x, y), figuresOf(y, x)]
  // "a tablet" is one tablet.
  const one = (own: string, terms: readonly Term[]): boolean =>
    own === '' && terms.some(({ text }) => /^an?$/.test(text))
  if (p !== q && !(p === '1' && one(q, y)) && !(q === '1' && one(p, x))) return 'number'
  const units = (terms: readonly Term[]): string => terms.flatMap(({ unit }) => unit ?? []).join(' ')
  return units(x) === units(y) ? null : 'unit'
}

/** The figures of one side; "two times" as "x2" where the other side says "twice". */
function figuresOf(terms: readonly Term[], other: readonly Term[]): string {
  const multiples = other.some(({ figure }) => figure?.startsWith('x') === true)
  return terms
    .flatMap(({ figure, unit }, i) => {
      if (figure === null || unit !== null) return []
      return multiples && isTimes(terms[i + 1]?.text ?? '') ? `x${figure}` : figure
    })
    .join(' ')
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

/** In Chinese and Japanese each character is a word, and a word of the language is several. */
function isWrittenUnspaced(a: readonly ViewWord[], b: readonly ViewWord[]): boolean {
  return [...a, ...b].every((word) => word.kind === WORD_KIND.ideograph)
}

function textOfAll(terms: readonly Term[]): string {
  return terms.map(({ text }) => text).join('')
}

function isTelling({ text }: Term): boolean {
  return !isFiller(text)
}

/** Words a place differs in at most: longer stretches are written anew. */
const MOST_PLACES = 4

/** The kind where words stand against each other one by one, and every two that differ mean different things. */
function kindOfPlaces(x: readonly Term[], y: readonly Term[], names: Names): MeaningKind | null {
  if (x.length !== y.length || x.length > MOST_PLACES) return null
  const kinds: MeaningKind[] = []
  for (const [i, term] of x.entries()) {
    const other = y[i] as Term
    if (isSameSpelling(term.text, other.text)) continue
    const kind = kindOfTerms(term, other, names)
    if (kind === null) return null
    kinds.push(kind)
  }
  return kinds[0] ?? null
}

/** What two words that stand against each other differ in, or null where they may say the same. */
function kindOfTerms(x: Term, y: Term, names: Names): MeaningKind | null {
  if (x.figure !== null && y.figure !== null) return x.figure === y.figure ? null : 'number'
  if (isOppositeSide(x.text, y.text)) return 'side'
  if (isOppositeSex(x.text, y.text)) return 'sex'
  if (isOtherMeasure(x.text, y.text)) return 'unit'
  if (x.unit !== null && y.unit !== null) return x.unit === y.unit ? null : 'unit'
  if (isAntonym(x.text, y.text)) return 'negation'
  if (areOtherThings(x.text, y.text)) return 'name'
  if (isLetter(x) && isLetter(y)) return 'name'
  if (isSameSpelling(x.text, y.text)) return null
  return names.isName(x.word) && names.isName(y.word) ? 'name' : null
}

/** A single letter that names something: hepatitis A, vitamin K. */
function isLetter({ word }: Term): boolean {
  return /^[\p{Lu}\p{Script=Greek}]$/u.test(rawOf(word))
}

function isSameText(x: readonly Term[], y: readonly Term[]): boolean {
  return x.length === y.length && x.every(({ text }, i) => isSameSpelling(text, (y[i] as Term).text))
}

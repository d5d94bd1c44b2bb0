import { WORD_KIND } from '../../../core/batch.ts'
import { rawOf, textBetween, textOf } from './text-view.ts'
import type { ViewWord } from './text-view.ts'
import { figureValue, fractionValue, unitValue } from './vocabulary.ts'

/** A word of a differing stretch, or the words of one number, and what it says. */
export interface Term {
  word: ViewWord
  text: string
  /** What a figure is worth; null for other words. */
  figure: string | null
  /** The unit, by one of its spellings; null for other words. */
  unit: string | null
}

/** @param alone nothing stands against the words: numbers of a list and pronouns are no figures then. */
export function termsOf(words: readonly ViewWord[], alone: boolean): Term[] {
  const terms: Term[] = []
  for (let i = 0; i < words.length;) {
    const number = numberAt(words, i)
    terms.push(
      number === null ? termOf(words[i] as ViewWord, alone) : writtenTerm(words[i] as ViewWord, number),
    )
    i = number?.to ?? i + 1
  }
  return alone ? terms.filter(({ word }) => !isListNumber(word)) : terms
}

function termOf(word: ViewWord, alone: boolean): Term {
  const [text, raw] = [textOf(word), rawOf(word)]
  const counts = word.kind === WORD_KIND.number || word.kind === WORD_KIND.symbol
  const figure = figureValue(text, raw) ?? (counts ? text : null)
  return { word, text, figure: alone && raw === 'I' ? null : figure, unit: unitValue(text) }
}

/** "2." at the start of a line, "[2]" anywhere: layout, when it stands on one side only. */
function isListNumber(word: ViewWord): boolean {
  if (word.kind !== WORD_KIND.number) return false
  const before = textBetween(word, word.start - 12, word.start)
  const after = textBetween(word, word.end, word.end + 1)
  return (
    (/(?:^|[\n\r])[\s*#(-]*$/.test(before) && /^[.)]/.test(after)) || (before.endsWith('[') && after === ']')
  )
}

/** A number several words write, as one word would, and the word behind it. */
interface Written {
  text: string
  to: number
}

function writtenTerm(word: ViewWord, { text }: Written): Term {
  return { word, text, figure: figureValue(text, text) ?? text, unit: unitValue(text) }
}

/** The number that starts at word i and goes on in the next; null where it is a word by itself. */
function numberAt(words: readonly ViewWord[], i: number): Written | null {
  const word = words[i] as ViewWord
  const raised = caretPower(words, i)
  if (raised !== null) return raised
  if (word.kind !== WORD_KIND.number) return null
  const grouped = groupsAt(words, i)
  return powerAt(words, grouped) ?? fractionAt(words, grouped) ?? (grouped.to > i + 1 ? grouped : null)
}

/** Spaces that stand between the thousands of one number and never between two. */
const THIN = /^[\u00a0\u2009\u202f]$/

/** "1 000" with a thin space. */
function groupsAt(words: readonly ViewWord[], i: number): Written {
  let text = textOf(words[i] as ViewWord)
  let to = i + 1
  if (!/^\d{1,3}$/.test(text)) return { text, to }
  for (; to < words.length && /^\d+$/.test(text) && THIN.test(gapBefore(words, to)); to++) {
    const next = textOf(words[to] as ViewWord)
    if (!/^\d{3}(?:[.,]\d+)?$/.test(next)) break
    text += next
  }
  return { text, to }
}

const RAISED = '⁰¹²³⁴⁵⁶⁷⁸⁹'

/** "^3" as "³" and "^-3" as "⁻³". */
function caretPower(words: readonly ViewWord[], i: number): Written | null {
  if (textAt(words, i) !== '^') return null
  const minus = /^[-−]$/.test(textAt(words, i + 1))
  const to = i + (minus ? 3 : 2)
  const digits = textAt(words, to - 1)
  if (!/^\d{1,3}$/.test(digits)) return null
  return { text: (minus ? '⁻' : '') + digits.replace(/\d/g, (digit) => RAISED[Number(digit)] as string), to }
}

/** Digits a power may have: larger ones stay as they are written. */
const MOST_DIGITS = 40

/** "10³" and "10^3" written out. */
function powerAt(words: readonly ViewWord[], { text, to }: Written): Written | null {
  if (!/^\d{1,6}$/.test(text) || gapBefore(words, to) !== '') return null
  const power = caretPower(words, to) ?? { text: textAt(words, to), to: to + 1 }
  const [, minus, raised] = /^(⁻?)([⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2})$/.exec(power.text) ?? []
  if (raised === undefined) return null
  const exponent = Number(Array.from(raised, (digit) => RAISED.indexOf(digit)).join(''))
  if (exponent * text.length > MOST_DIGITS) return null
  if (minus === '') return { text: String(BigInt(text) ** BigInt(exponent)), to: power.to }
  return text === '10' ? { text: `0.${'0'.repeat(Math.max(0, exponent - 1))}1`, to: power.to } : null
}

/** "1½", "1/2" and "1 1/2". */
function fractionAt(words: readonly ViewWord[], whole: Written): Written | null {
  const simple = fractionValue(textAt(words, whole.to))
  const isSmall = /^\d{1,6}$/.test(whole.text)
  if (simple !== null && isSmall && /^ ?$/.test(gapBefore(words, whole.to)))
    return mixed(whole.text, simple, whole.to + 1)
  const divided = quotientAt(words, whole.to - 1)
  if (divided !== null) return divided
  const part = isSmall && gapBefore(words, whole.to) === ' ' ? quotientAt(words, whole.to) : null
  return part === null ? null : mixed(whole.text, part.text, part.to)
}

function mixed(whole: string, part: string, to: number): Written {
  return { text: part.startsWith('0.') ? whole + part.slice(1) : `${whole} ${part}`, to }
}

function quotientAt(words: readonly ViewWord[], i: number): Written | null {
  if (textAt(words, i + 1) !== '/' || gapBefore(words, i + 1) !== '' || gapBefore(words, i + 2) !== '')
    return null
  const value = fractionValue(`${textAt(words, i)}/${textAt(words, i + 2)}`)
  return value === null ? null : { text: value, to: i + 3 }
}

function textAt(words: readonly ViewWord[], i: number): string {
  const word = words[i]
  return word === undefined ? '' : textOf(word)
}

/** What stands between word i and the one before it; a line break where these are not in one turn. */
function gapBefore(words: readonly ViewWord[], i: number): string {
  const [before, word] = [words[i - 1], words[i]]
  if (before === undefined || word === undefined || before.turn !== word.turn) return '\n'
  return textBetween(word, before.end, word.start)
}

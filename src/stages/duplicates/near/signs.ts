import { WORD_KIND } from '../../../core/batch.ts'
import { rawOf, textBetween, textOf, wordsAt } from './text-view.ts'
import type { TextView, ViewWord } from './text-view.ts'

/** Signs that part words and mean something all the same, one line for those that mean one thing. */
const MEANT = `✓✔☑✅🗸
✗✘☒❌✖❎
☐⬜
👍
👎
♂
♀
¬
∈
∉
∃
∄
⊂
⊄`
  .split('\n')
  .map((same) => [...same])
const MEANINGS = new Map(MEANT.flatMap((same) => same.map((sign) => [sign, same[0] as string] as const)))
const DASHES = /^[-‐‑‒–—−]$/

/**
 * Faces, flags, stars and other pictures, without the colours of skin. One that is added is decoration, and so is what a
 * line begins with; another in its place says something else.
 */
const PICTURE = /[\u2600-\u26ff\u2b50\u{1f1e6}-\u{1f1ff}\u{1f300}-\u{1f3fa}\u{1f400}-\u{1faff}]/gu
/** So many stars are a rating wherever they stand. */
const RATING = /[\u2605\u2606\u2b50]{2,}/gu

/**
 * Do two views of the same words differ in signs that are no words: a tick against a cross, "!=" against "=", "*" against
 * "-" between figures, the sign of an exponent?
 */
export function signsDiffer([a, b]: readonly [TextView, TextView]): boolean {
  const [x, y] = [wordsAt(a, 0, a.hash.length), wordsAt(b, 0, b.hash.length)]
  for (let i = 0; i <= x.length; i++) {
    // Most words stand behind one space.
    if (isOneSpace(x, i) && isOneSpace(y, i)) continue
    const [p, q] = [gapBefore(x, i), gapBefore(y, i)]
    if (p !== q && (signsOf(p, x, i) !== signsOf(q, y, i) || isReplaced(p, q))) return true
  }
  return false
}

function isOneSpace(words: readonly ViewWord[], i: number): boolean {
  const [before, word] = [words[i - 1], words[i]]
  if (before === undefined || word === undefined || before.turn !== word.turn) return false
  return before.end + 1 === word.start && word.turn.text[before.end] === 0x20
}

/** What stands before word i in its turn, and behind the word before where that is the last of its turn. */
function gapBefore(words: readonly ViewWord[], i: number): string {
  const [before, word] = [words[i - 1], words[i]]
  if (before !== undefined && word !== undefined && before.turn === word.turn)
    return textBetween(word, before.end, word.start)
  const behind = before === undefined ? '' : textBetween(before, before.end, before.turn.text.length)
  return `${behind}\n${word === undefined ? '' : textBetween(word, 0, word.start)}`
}

/** Does each of two gaps have a sign that stands in the other's place? */
function isReplaced(p: string, q: string): boolean {
  return [picturesOf, logicOf, pointerOf].some((of) => {
    const [x, y] = [of(p), of(q)]
    return x !== '' && y !== '' && x !== y
  })
}

/** Stars that are not filled count for nothing: "★★★☆☆" is "★★★". */
function picturesOf(gap: string): string {
  const [behind, ...lines] = gap.split('\n') as [string, ...string[]]
  const ratings = lines.flatMap((line) => line.match(RATING) ?? [])
  const pictures = [...(behind.match(PICTURE) ?? []), ...ratings].join('')
  return pictures.replace(/[\u2b50\u2606]/g, (star) => (star === '☆' ? '' : '★'))
}

/** "&&" and "||": alone, "|" parts the cells of a table and "&" two words. */
function logicOf(gap: string): string {
  return /^(?:\)\s*)?(&&|\|\|)(?![&|])/.exec(gap.trimStart())?.[1] ?? ''
}

/** "*p" and "&p"; "**p" is bold. */
function pointerOf(gap: string): string {
  return /(?:^|[\s(=,])([*&])$/.exec(gap)?.[1] ?? ''
}

function signsOf(gap: string, words: readonly ViewWord[], i: number): string {
  const signs = [...gap].flatMap((sign) => MEANINGS.get(sign) ?? [])
  const next = words[i]
  // "!=" and "!x"; an exclamation ends what stands before it.
  if (next !== undefined && /(?:^|[\s(])!$/.test(gap)) signs.push('!')
  else if (next !== undefined && gap.endsWith('!') && rawOf(next).startsWith('=')) signs.push('!')
  if (isFactorial(gap, words, i)) signs.push('!')
  return signs.join('') + operatorOf(gap.trim(), words, i)
}

/** "5! = 120": the sentence does not end there. */
function isFactorial(gap: string, words: readonly ViewWord[], i: number): boolean {
  const next = words[i]
  const counts =
    next !== undefined && words[i - 1]?.kind === WORD_KIND.number && /^[=+<>/×≈]$/.test(rawOf(next))
  return counts && /^! +$/.test(gap)
}

function operatorOf(sign: string, words: readonly ViewWord[], i: number): string {
  const [before, next] = [words[i - 1], words[i]]
  if (before === undefined || next === undefined || before.turn !== next.turn) return ''
  // The sign of an exponent: 1e-3 against 1e3.
  const figure = words[i - 2]
  const exponent = textOf(before) === 'e' && next.kind === WORD_KIND.number && figure?.end === before.start
  if (exponent && figure.kind === WORD_KIND.number) return DASHES.test(sign) ? 'e-' : ''
  if (!isOperand(before) || !isOperand(next)) return ''
  if (/^[*·∙⋅]$/.test(sign)) return '*'
  // A dash alone is the range or the list that a space can stand for.
  return sign === '^' ? '^' : ''
}

/** A figure, or a letter that stands for one. */
function isOperand(word: ViewWord): boolean {
  return word.kind === WORD_KIND.number || (word.kind === WORD_KIND.letters && rawOf(word).length === 1)
}

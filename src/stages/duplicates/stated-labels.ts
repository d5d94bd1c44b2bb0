import { LABELS } from './label-kinds.ts'
import type { LabelKind } from './label-kinds.ts'

/** Labels named together, as "A", "A and C" or "B, D". */
export interface LabelList {
  /** A bit for each option. */
  options: number
  start: number
  /** Behind the last label. */
  end: number
  /** No small letter, which is a word too. */
  capital: boolean
  /** "A or B", or one that labels no option: what is meant stays open. */
  open: boolean
}

/** How the options are labelled and how many there are. */
export interface Labelled {
  labels: LabelKind
  count: number
}

/** "A and C", "A, C", "A, B und D", "A、C". */
const SEPARATOR =
  /^[*_"')\]]{0,3}(?:\s?[,;&+]\s?(?:(?:and|or|und|oder|et|ou|y|o)\s)?|\s(?:and|or|und|oder|et|ou|y|e|o)\s|\s?[、，和与及或]\s?)(?:(?:[Oo]ption|[Cc]hoice|[Aa]nswer)\s)?[*_"'([]{0,3}/
const EITHER = /\s(?:or|oder|ou|o)\s|或/
const LONGEST_SEPARATOR = 32
/** A word behind a letter that does not make it an article or an initial: "A and C are", "B is". */
const GOES_ON =
  /^\s(?:is|are|and|or|but|not|would|because|since|as|und|ist|sind|et|est|sont|es|son|y)(?![a-z])/
const SMALL_BEHIND = /^\s[a-z]/

/** The labels named from `at` on, or null where none is. */
export function readLabels(text: string, at: number, labelled: Labelled): LabelList | null {
  const first = labelAt(text, at, labelled.labels)
  if (first < 0 || first >= labelled.count) return null
  const capital = !isSmall(text.charCodeAt(at))
  const list = { options: 1 << first, start: at, end: endOf(text, at), capital, open: false }
  for (let next = nextLabel(text, list, labelled); next !== null; next = nextLabel(text, list, labelled)) {
    list.open ||= next.open
    if (next.option >= 0) list.options |= 1 << next.option
    list.end = next.end
  }
  return list
}

/** The next label of a list, and whether it leaves open what is meant. */
function nextLabel(
  text: string,
  { end, capital }: LabelList,
  { labels, count }: Labelled,
): { option: number; end: number; open: boolean } | null {
  const separator = SEPARATOR.exec(text.slice(end, end + LONGEST_SEPARATOR))?.[0]
  if (separator === undefined) return null
  const at = end + separator.length
  const option = labelAt(text, at, labels)
  if (option < 0 || isSmall(text.charCodeAt(at)) === capital) return null
  const next = endOf(text, at)
  const behind = text.slice(next, next + 12)
  // "A, a rash" and "B, I think" name one option; what "A and B cells" names is not clear.
  if (SMALL_BEHIND.test(behind) && !GOES_ON.test(behind))
    return /[A-Za-z]/.test(separator) ? { option: -1, end: next, open: true } : null
  return { option, end: next, open: option >= count || EITHER.test(separator) }
}

/** Number of the label that stands by itself at this place, or −1. */
function labelAt(text: string, at: number, kind: LabelKind): number {
  const c = text.charCodeAt(at)
  if (kind === LABELS.digits)
    return isDigit(c) && standsAlone(text, at, endOf(text, at)) ? figureAt(text, at) : -1
  if (isCapital(c)) return standsAlone(text, at, at + 1) ? c - 65 : -1
  return isSmall(c) && isSetApart(text, at + 1) && standsAlone(text, at, at + 1) ? c - 97 : -1
}

function figureAt(text: string, at: number): number {
  const end = endOf(text, at)
  const next = text.charCodeAt(end)
  const decimal = (next === FULL_STOP || next === 0x2c) && isDigit(text.charCodeAt(end + 1))
  return decimal || end - at > 2 ? -1 : Number(text.slice(at, end)) - 1
}

function endOf(text: string, at: number): number {
  let end = at + 1
  if (isDigit(text.charCodeAt(at))) while (isDigit(text.charCodeAt(end))) end++
  return end
}

/**
 * The next place from `at` on where a label may begin, or `to`: what is no part of a word. Every character of what is read
 * of an answer comes by here.
 */
export function nextPlace(text: string, at: number, to: number): number {
  let i = at
  // Behind a letter, what is left of its word.
  if (i > 0 && WORDS[text.charCodeAt(i - 1)] === 1) while (i < to && WORDS[text.charCodeAt(i)] === 1) i++
  while (i < to) {
    while (i < to && WORDS[text.charCodeAt(i)] === 0) i++
    const first = i
    while (i < to && WORDS[text.charCodeAt(i)] === 1) i++
    if (first < to && mayBegin(text, first, i)) return first
  }
  return to
}

/** May a label begin the word [first, end)? Small letters are labels only where they are set apart. */
function mayBegin(text: string, first: number, end: number): boolean {
  const c = text.charCodeAt(first)
  if (isDigit(c)) return true
  // The end may be that of what is read, inside a word.
  if (end > first + 1 || isWord(text.charCodeAt(end))) return false
  return !isSmall(c) || isSetApart(text, first + 1)
}

/** A small letter is a label before a mark or at the end of its line. */
function isSetApart(text: string, at: number): boolean {
  const c = text.charCodeAt(at)
  return Number.isNaN(c) || c === NEWLINE || MARKS.has(c) || c === WIDE_STOP
}

/** No part of a word, a name ("B12", "U.S."), a compound ("B-cell") or a formula ("A/B", "B+"). */
function standsAlone(text: string, from: number, to: number): boolean {
  const before = text.charCodeAt(from - 1)
  const after = text.charCodeAt(to)
  if (isWord(before) || isWord(after) || JOINTS.has(before) || JOINTS.has(after)) return false
  if (SOFT_JOINTS.has(before) && isWord(text.charCodeAt(from - 2))) return false
  // A full stop joins what stands before it only: "B.Because" is a label and its reason.
  return after === FULL_STOP || !SOFT_JOINTS.has(after) || !isWord(text.charCodeAt(to + 1))
}

const NEWLINE = 10
const FULL_STOP = 0x2e
const WIDE_STOP = 0x3002
const codes = (signs: string): Set<number> => new Set(Array.from(signs, (sign) => sign.charCodeAt(0)))
const MARKS = codes('.):]*}"`<,$\r')
const JOINTS = codes('/+%=^°&')
const SOFT_JOINTS = codes("-.'’")

function isCapital(c: number): boolean {
  return c >= 65 && c <= 90
}

function isSmall(c: number): boolean {
  return c >= 97 && c <= 122
}

function isDigit(c: number): boolean {
  return c >= 48 && c <= 57
}

/** Letters and digits of ASCII, letters of Latin, Greek and Cyrillic: ideographs stand beside a label freely. */
function isWord(c: number): boolean {
  return isCapital(c) || isSmall(c) || isDigit(c) || (c >= 0xc0 && c <= 0x52f)
}

/** The same for every code unit. */
const WORDS = Uint8Array.from({ length: 1 << 16 }, (_, c) => Number(isWord(c)))

import {
  isFunctionWord,
  isNegation,
  negationsIn,
  numberValue,
  opposed,
  samePole,
  unitOf,
} from '../../text/lexicon.ts'
import { sameSaying, sayings, spelledOut } from './synonyms.ts'
import type { Saying } from './synonyms.ts'

/** What stands in one text's place in the other, counted. */
export interface Change {
  numbers: number
  /** Values of numbers in digits that the row lacks here. */
  numbersMissing: string[]
  units: number
  opposites: number
  /** Negations of the item that the row lacks here, and the other way round. */
  negationsMissing: number
  negationsAdded: number
  /** Numbers (in `item`) of the item's content words that other content words stand for. */
  replaced: number[]
  /** Numbers (in `item`) of words for which the row has a synonym, another spelling or form, or the abbreviation. */
  same: number[]
  /** Content words of the row that stand for nothing in the item, and the other way round. */
  other: number
  lost: number
}

/**
 * Compares the words of an item that were not found with the words of the row that stand in their place. A number
 * counts as changed where both sides have one and none is the other's value; so do units. A word is replaced where a
 * content word stands for it that does not say the same; words left out or added alone are edits, not replacements.
 */
export function compare(item: readonly string[], row: readonly string[]): Change {
  const { missing, rest, same } = pairUp(item, spelledAge(row, item))
  const mine = missing.map(({ text }) => text)
  const theirs = rest.map(({ text }) => text)
  const other = rest.filter(isContent).length
  const lost = missing.filter(isContent)
  return {
    numbers: unequal(mine, theirs, numberValue),
    numbersMissing: mine.filter((word) => /^\d/.test(word)).map((word) => numberValue(word) ?? word),
    units: unequal(mine, theirs, unitOf),
    opposites: mine.filter((word) => theirs.some((its) => isOpposite(word, its))).length,
    negationsMissing: negationsIn(mine),
    negationsAdded: negationsIn(theirs),
    ...{ same, other, lost: lost.length },
    replaced: lost.slice(0, other).flatMap(({ from, to }) => range(from, to)),
  }
}

/** Sex behind an age, with or without the year: "65M", "65yoF". */
const AGED = /^(?:yo?)?([mf])$/

/**
 * The row's words with a man's or woman's age spelt out, where that is what the item tells: "65M" for "65-year-old man".
 * A lone letter is a metre, a label or a name elsewhere.
 */
function spelledAge(row: readonly string[], item: readonly string[]): readonly string[] {
  if (!row.some((word) => AGED.test(word)) || !item.some(isSex)) return row
  const year = row.some((word) => word.length > 1 && unitOf(word) === 'year') ? [] : ['year', 'old']
  const aged = item.some((word) => unitOf(word) === 'year') ? year : []
  return row.flatMap((word) => {
    const sex = AGED.exec(word)?.[1]
    return sex === undefined ? [word] : [...aged, sex === 'm' ? 'male' : 'female']
  })
}

function isSex(word: string): boolean {
  return samePole(word, 'male') || samePole(word, 'female')
}

/** A negation and its lack are counted as such; here they would count twice. */
function isOpposite(word: string, other: string): boolean {
  return isNegation(word) === isNegation(other) && opposed(word, other)
}

/** Values on both sides that the other side lacks. */
function unequal(item: readonly string[], row: readonly string[], value: (word: string) => string | null) {
  const mine = item.map(value).filter((v) => v !== null)
  const theirs = row.map(value).filter((v) => v !== null)
  const rest = [...theirs]
  let missing = 0
  for (const v of mine) {
    const at = rest.indexOf(v)
    if (at < 0) missing++
    else rest.splice(at, 1)
  }
  return Math.min(missing, rest.length)
}

/** An ideograph is a word by itself; a single letter says little. */
const IDEOGRAPH = /^[\u3400-\u9fff\uf900-\ufaff\u{20000}-\u{3ffff}]$/u

function isContent({ text }: Saying): boolean {
  return (text.length > 1 || IDEOGRAPH.test(text)) && !isFunctionWord(text) && numberValue(text) === null
}

/** Pairs what the two sides say alike; what is left on both sides is missing here and other there. */
function pairUp(item: readonly string[], row: readonly string[]) {
  const rest = sayings(row)
  const same: number[] = []
  const left: Saying[] = []
  for (const saying of sayings(item)) {
    const at = rest.findIndex((other) => sameSaying(saying, other))
    if (at < 0) left.push(saying)
    else {
      rest.splice(at, 1)
      same.push(...range(saying.from, saying.to))
    }
  }
  return { missing: withoutAbbreviations(left, rest, same), rest, same }
}

/** Takes out of both sides what is abbreviated on the one and spelt out on the other. */
function withoutAbbreviations(missing: Saying[], rest: Saying[], same: number[]): Saying[] {
  if (missing.length === 0 || rest.length === 0) return missing
  let left = missing
  for (const saying of missing) {
    const found = spelledOut(
      saying.text,
      rest.map((other) => other.text),
    )
    if (found === null) continue
    rest.splice(found[0], found[1] - found[0])
    same.push(...range(saying.from, saying.to))
    left = left.filter((other) => other !== saying)
  }
  for (const saying of [...rest]) {
    const found = spelledOut(
      saying.text,
      left.map((other) => other.text),
    )
    if (found === null) continue
    rest.splice(rest.indexOf(saying), 1)
    for (const word of left.slice(...found)) same.push(...range(word.from, word.to))
    left = [...left.slice(0, found[0]), ...left.slice(found[1])]
  }
  return left
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i)
}

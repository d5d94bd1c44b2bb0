import { isFunctionWord, isNegation, numberValue, opposed, sameWord, unitOf } from './lexicon.ts'

/** What stands in one text's place in the other, counted. */
export interface Change {
  numbers: number
  units: number
  opposites: number
  /** Negations of the item that the row lacks here, and the other way round. */
  negationsMissing: number
  negationsAdded: number
  /** Numbers (in `item`) of the item's content words that other content words stand for. */
  replaced: number[]
}

/**
 * Compares the words of an item that were not found with the words of the row that stand in their place. A number
 * counts as changed where both sides have one and none is the other's value; so do units. A word is replaced where a
 * content word stands for it that is neither its spelling nor its inflection; words left out or added alone are
 * edits, not replacements.
 */
export function compare(item: readonly string[], row: readonly string[]): Change {
  const negations = (words: readonly string[]) => words.filter(isNegation).length
  const changes = {
    numbers: unequal(item, row, numberValue),
    units: unequal(item, row, unitOf),
    opposites: item.filter((word) => row.some((other) => isOpposite(word, other))).length,
    negationsMissing: negations(item),
    negationsAdded: negations(row),
  }
  return { ...changes, replaced: replacedWords(item, row) }
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

function isContent(word: string): boolean {
  return word.length > 1 && !isFunctionWord(word) && numberValue(word) === null
}

function replacedWords(item: readonly string[], row: readonly string[]): number[] {
  const rest = row.filter(isContent)
  const missing: number[] = []
  item.forEach((word, i) => {
    if (!isContent(word)) return
    const at = rest.findIndex((other) => sameWord(word, other) && !opposed(word, other))
    if (at >= 0) rest.splice(at, 1)
    else missing.push(i)
  })
  return missing.slice(0, rest.length)
}

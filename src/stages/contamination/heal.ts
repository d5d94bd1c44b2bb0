import { gapsOf, itemText, rowText } from './gaps.ts'
import type { Alignment } from './gaps.ts'
import type { PackedItems } from './items.ts'
import { numberValue } from '../../text/lexicon.ts'

/** A word is broken into this many parts at most. */
const MOST_PARTS = 3

/** What is behind the space of "1 000". */
const THOUSANDS = /^\d{3}$/

/** A question on a row, with a place for the row's words that turn out to be parts of found ones. */
export interface Healing extends Alignment {
  question: { start: number }
  partner: number[]
  healed: Set<number>
}

/**
 * Words that are the same but cut or written otherwise: "diag-⏎nosis", "\\nWhich", "1000" for "1,000". Their first
 * part becomes their partner. Returns how many there were.
 */
export function heal(items: PackedItems, at: Healing): number {
  let healed = 0
  for (const gap of gapsOf(at)) {
    if (gap.row.length === 0) continue
    let texts: string[] | null = null
    let row = 0
    for (let q = gap.from; q < gap.to; q++) {
      texts ??= gap.row.map((w) => rowText(items, at.words, w))
      const place = findParts(itemText(items, at.question.start + q), texts, row)
      if (place === null) continue
      at.partner[q] = gap.row[place.at] as number
      for (let i = 0; i < place.parts; i++) at.healed.add(gap.row[place.at + i] as number)
      row = place.at + place.parts
      healed++
    }
  }
  return healed
}

/** Where among the words from `from` on the wanted one stands whole, in parts side by side, or as another spelling of its number. */
function findParts(
  wanted: string,
  row: readonly string[],
  from: number,
): { at: number; parts: number } | null {
  const value = isDigit(wanted.charCodeAt(0)) ? numberValue(wanted) : null
  for (let at = from; at < row.length; at++) {
    let joined = row[at] as string
    if (joined === wanted || (value !== null && numberValue(joined) === value)) return { at, parts: 1 }
    for (let parts = 2; parts <= MOST_PARTS && at + parts <= row.length; parts++) {
      if (value === null && !wanted.startsWith(joined)) break
      const part = row[at + parts - 1] as string
      joined += part
      if (joined === wanted) return { at, parts }
      if (value !== null && THOUSANDS.test(part) && numberValue(joined) === value) return { at, parts }
    }
  }
  return null
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

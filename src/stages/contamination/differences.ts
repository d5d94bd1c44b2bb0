import { askStart } from './ask.ts'
import { gapsAround } from './asked-again.ts'
import { asksForElse } from './asked-for.ts'
import type { Laid } from './asked-again.ts'
import { compare } from './compare.ts'
import type { Change } from './compare.ts'
import { itemText, rowText } from './gaps.ts'
import type { Gap } from './gaps.ts'
import type { PackedItems } from './items.ts'
import { numberValue } from '../../text/lexicon.ts'

/** From this many words on what is missing without anything in its place is a statement left out. */
const OMITTED_WORDS = 4

/** What stands in the place of the words that were not found: masks of the question's words, and counts. */
export function differencesOf(items: PackedItems, laid: Laid) {
  const replaced = new Uint32Array((laid.partner.length + 31) >> 5)
  const same = new Uint32Array(replaced.length)
  const ask = askStart(items, laid.item)
  const sums = { numbersChanged: 0, unitsChanged: 0, oppositesChanged: 0, otherPlaces: 0 }
  const told = { gaps: 0, net: 0 }
  const lost: string[] = []
  let askedNet = 0
  for (const place of gapsAround(items, laid, ask)) {
    const gap = asksContrary(items, place, laid) ? { ...place, row: [...place.aside, ...place.row] } : place
    if (gap.to === gap.from && gap.row.length === 0) continue
    const change = changeOf(items, gap, laid)
    sums.numbersChanged += change.numbers
    sums.unitsChanged += change.units
    sums.oppositesChanged += change.opposites
    if (change.other + change.lost > 0) sums.otherPlaces++
    const negations = negationsAdded(gap, change)
    if (gap.to >= ask) askedNet += negations
    else {
      told.net += negations
      if (negations !== 0) told.gaps++
    }
    lost.push(...change.numbersMissing)
    // What another sentence asks it asks instead of all that is asked here.
    const asksElse = gap.standsIn === true && change.other > 0
    const words = asksElse ? Array.from({ length: gap.to - gap.from }, (_, i) => i) : change.replaced
    for (const word of words) mark(replaced, gap.from + word)
    for (const word of change.same) mark(same, gap.from + word)
  }
  if (asksForElse(items, laid, ask)) sums.oppositesChanged++
  // Where sentences were moved, one that is lost here and found there cancels out.
  const asked = askedNet === 0 ? 0 : 1
  const changed = asked + (laid.inOrder ? told.gaps : Math.abs(told.net))
  sums.numbersChanged = Math.max(sums.numbersChanged, Math.min(lost.length, otherNumbers(items, laid, lost)))
  return { replaced, same, ...sums, negationsChanged: changed, negationsAsked: asked }
}

/** Numbers in digits, anywhere in the match, that are neither the question's nor one of those it misses. */
function otherNumbers(
  items: PackedItems,
  { words, partner, questionFrom, questionTo }: Laid,
  lost: readonly string[],
): number {
  if (lost.length === 0) return 0
  const used = new Set(partner)
  let other = 0
  for (let w = questionFrom; w < questionTo; w++) {
    if (used.has(w) || !isDigit(words.bytes[words.start[words.first + w] as number] as number)) continue
    const value = numberValue(rowText(items, words, w))
    if (value !== null && !lost.includes(value)) other++
  }
  return other
}

function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57
}

function changeOf(items: PackedItems, gap: Gap, laid: Laid): Change {
  const item: string[] = []
  for (let q = gap.from; q < gap.to; q++) item.push(itemText(items, laid.question.start + q))
  const own = gap.row.filter((w) => !laid.healed.has(w) && !laid.options.holds(w))
  const row = own.map((w) => rowText(items, laid.words, w))
  return compare(item, row)
}

/** Words of a sentence that turns the question after it into its contrary: "Find the exception." */
const CONTRARY: ReadonlySet<string> = new Set('except exception incorrect false wrong untrue odd'.split(' '))

function asksContrary(items: PackedItems, { aside }: Gap, { words }: Laid): boolean {
  return aside.some((w) => CONTRARY.has(rowText(items, words, w)))
}

/** Negations a place gained; more than one is one, and a sentence left out altogether denies nothing. */
function negationsAdded(gap: Gap, change: Change): number {
  const omitted = gap.row.length === 0 && gap.to - gap.from >= OMITTED_WORDS
  return Math.sign(change.negationsAdded) - (omitted ? 0 : Math.sign(change.negationsMissing))
}

function mark(mask: Uint32Array, q: number): void {
  mask[q >> 5]! |= 1 << (q & 31)
}

import { WORD_KIND } from '../../core/batch.ts'
import { NO_WORD } from '../../text/cover.ts'
import type { ExampleWords, TurnBounds } from './example-words.ts'
import type { OptionRegion } from './option-region.ts'
import { FIELD } from './items.ts'
import type { PackedItems } from './items.ts'
import { labelBefore } from './labels.ts'
import { FUZZY_RATIO, FUZZY_WORDS } from './options-match.ts'
import { onLine } from './plain-region.ts'
import { mayEscape } from './stands-apart.ts'

/** Says without looking for them how many options of an item a region can hold at most: mostly none. */
export class OptionPresence {
  private readonly items: PackedItems
  /** Per word of the vocabulary: the region it was last seen in. */
  private readonly seenIn: Int32Array
  private region = 0

  constructor(items: PackedItems) {
    this.items = items
    this.seenIn = new Int32Array(items.vocabulary.size)
  }

  /** An upper bound of what `OptionMatcher` finds there. */
  most(item: number, region: OptionRegion, words: ExampleWords, turn: TurnBounds): number {
    const { itemField, fieldKind } = this.items
    const last = itemField[item + 1] as number
    // An option's first word may hide behind an escaped line break.
    const hidden = mayEscape(words, region)
    this.see(region, words)
    let [whole, edited, short] = [0, 0, 0]
    for (let field = (itemField[item] as number) + 1; field < last; field++) {
      if (fieldKind[field] !== FIELD.option) break
      const count = this.words(field)
      const seen = this.seen(field)
      if (count === 0) continue
      if (hidden || seen === count) whole++
      else if (count < FUZZY_WORDS) short++
      else if (seen >= FUZZY_RATIO * count && this.begins(field)) edited++
    }
    // Short options are found respelled too, but only behind a label, and where something else was found.
    const respelled = short > 0 && (region.close || whole > 0) && anyLabel(region, words, turn)
    return whole + edited + (respelled ? short : 0)
  }

  private words(field: number): number {
    return (this.items.fieldWord[field + 1] as number) - (this.items.fieldWord[field] as number)
  }

  /** How many of the option's words stand somewhere in the region. */
  private seen(field: number): number {
    const { word, fieldWord } = this.items
    let seen = 0
    for (let i = fieldWord[field] as number; i < (fieldWord[field + 1] as number); i++) {
      if (this.seenIn[word[i] as number] === this.region) seen++
    }
    return seen
  }

  private see({ symbols, start, end }: OptionRegion, words: ExampleWords): void {
    this.region++
    for (let w = start; w < end; w++) {
      const word = symbols[w] as number
      if (word !== NO_WORD) this.seenIn[word] = this.region
      if (words.kind[words.first + w] !== WORD_KIND.symbol) continue
      for (const other of onLine(this.items, words, w) ?? [])
        if (other !== NO_WORD) this.seenIn[other] = this.region
    }
  }

  /** Stands the option's first word in the region, or the second, where an edited one may begin? */
  private begins(field: number): boolean {
    const { word, fieldWord } = this.items
    const start = fieldWord[field] as number
    const last = Math.min(start + 1, (fieldWord[field + 1] as number) - 1)
    for (let i = start; i <= last; i++) if (this.seenIn[word[i] as number] === this.region) return true
    return false
  }
}

function anyLabel(region: OptionRegion, words: ExampleWords, turn: TurnBounds): boolean {
  for (let w = Math.max(region.start, region.listFrom); w < region.end; w++) {
    if (labelBefore(words, turn, w) >= 0) return true
  }
  return false
}

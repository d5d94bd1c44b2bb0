import type { NgramTable } from './ngram-table.ts'

/** Texts, end to end, whose grams a table holds: text i is symbols [start[i], start[i + 1]). */
export interface CoveredText {
  /** Number of the text in the table. */
  text: number
  /** Symbols of the text that lie under shared grams, and all its symbols. */
  covered: number
  length: number
  /** First and last position at which one of its grams was seen. */
  first: number
  last: number
}

/** Gathers the grams seen in one turn and tells how much of each text they cover. */
export class GramCoverage {
  private readonly table: NgramTable
  private readonly start: Int32Array
  private readonly seenGram: Int32Array
  private readonly seenText: Int32Array
  private readonly first: Int32Array
  private readonly last: Int32Array
  private readonly texts: number[] = []
  private epoch = 0

  constructor(table: NgramTable, start: Int32Array) {
    this.table = table
    this.start = start
    this.seenGram = new Int32Array(table.grams)
    this.seenText = new Int32Array(start.length)
    this.first = new Int32Array(start.length)
    this.last = new Int32Array(start.length)
  }

  startTurn(): void {
    this.epoch++
    this.texts.length = 0
  }

  add(gram: number, at: number): void {
    const { postingStart, postings } = this.table
    this.seenGram[gram] = this.epoch
    const end = postingStart[gram + 1] as number
    for (let p = postingStart[gram] as number; p < end; p++) {
      const text = postings[p] as number
      if (this.seenText[text] !== this.epoch) {
        this.seenText[text] = this.epoch
        this.first[text] = at
        this.texts.push(text)
      }
      this.last[text] = at
    }
  }

  /** Texts of which at least `least` is covered, in ascending order. */
  covered(least: number): CoveredText[] {
    const found: CoveredText[] = []
    for (const text of this.texts) {
      const from = this.start[text] as number
      const length = (this.start[text + 1] as number) - from
      const covered = this.symbolsCovered(from, from + length)
      if (covered < least * length) continue
      found.push({
        text,
        covered,
        length,
        first: this.first[text] as number,
        last: this.last[text] as number,
      })
    }
    return found.sort((a, b) => a.text - b.text)
  }

  private symbolsCovered(from: number, end: number): number {
    const { gramAt, n } = this.table
    let covered = 0
    let coveredEnd = from
    for (let at = from; at < end; at++) {
      const gram = gramAt[at] as number
      if (gram < 0 || this.seenGram[gram] !== this.epoch) continue
      covered += at + n - Math.max(coveredEnd, at)
      coveredEnd = at + n
    }
    return covered
  }
}

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

/** Grams of more texts than this are stock phrases: where a share is asked for, they are added up beforehand. */
const STOCK = 32

/**
 * Gathers the grams seen in one turn and tells which texts they cover to the share asked for. Each rare gram counts for
 * its texts; with all the stock phrases a text has, that is an upper bound, and only texts that could reach the share
 * are looked at closely.
 */
export class GramCoverage {
  private readonly table: NgramTable
  private readonly start: Int32Array
  private readonly least: number
  private readonly mostTexts: number
  /** Per gram: the turn it was last seen in, and where in it first and last. */
  private readonly seen: Int32Array
  private readonly firstAt: Int32Array
  private readonly lastAt: Int32Array
  /** Per text: the turn it was last counted in, and its rare grams seen. */
  private readonly counted: Int32Array
  private readonly places: Int32Array
  /** Per text: symbols that stock phrases, and grams it has more than once, could cover. */
  private readonly slack: Int32Array
  /** Stock phrases of texts that need no rare gram: gram g is one of texts stockTexts[stockStart[g], stockStart[g + 1]). */
  private stockStart: Int32Array
  private stockTexts: Int32Array
  private readonly texts: number[] = []
  private epoch = 0

  /** `least`: share of a text's symbols that must be covered, 0 for any gram in common. */
  constructor(table: NgramTable, start: Int32Array, least: number) {
    this.table = table
    this.start = start
    this.least = least
    this.mostTexts = least === 0 ? Infinity : STOCK
    this.seen = new Int32Array(table.grams)
    this.firstAt = new Int32Array(table.grams)
    this.lastAt = new Int32Array(table.grams)
    this.counted = new Int32Array(start.length)
    this.places = new Int32Array(start.length)
    this.slack = new Int32Array(start.length)
    this.stockStart = new Int32Array(least > 0 ? table.grams + 1 : 0)
    this.stockTexts = new Int32Array(0)
    if (least > 0) this.listStock(this.weigh())
  }

  /** Adds up what of each text needs no rare gram; returns the texts of which that is enough. */
  private weigh(): number[] {
    const { table, start, slack } = this
    const enough: number[] = []
    const lastText = new Int32Array(table.grams).fill(-1)
    for (let text = 0; text < start.length - 1; text++) {
      const end = start[text + 1] as number
      for (let at = start[text] as number; at < end; at++) {
        const gram = table.gramAt[at] as number
        if (gram < 0) continue
        if (this.isStock(gram) || lastText[gram] === text) slack[text]! += table.n
        lastText[gram] = text
      }
      const length = end - (start[text] as number)
      if (length > 0 && (slack[text] as number) >= this.least * length) enough.push(text)
    }
    return enough
  }

  private listStock(texts: readonly number[]): void {
    const { table, start, stockStart } = this
    const each = (visit: (gram: number, text: number) => void) => {
      for (const text of texts) {
        for (let at = start[text] as number; at < (start[text + 1] as number); at++) {
          const gram = table.gramAt[at] as number
          if (gram >= 0 && this.isStock(gram)) visit(gram, text)
        }
      }
    }
    each((gram) => stockStart[gram + 1]!++)
    for (let gram = 0; gram < table.grams; gram++) stockStart[gram + 1]! += stockStart[gram] as number
    this.stockTexts = new Int32Array(stockStart[table.grams] as number)
    const next = stockStart.slice()
    each((gram, text) => (this.stockTexts[next[gram]!++] = text))
  }

  private isStock(gram: number): boolean {
    const { postingStart } = this.table
    return (postingStart[gram + 1] as number) - (postingStart[gram] as number) > this.mostTexts
  }

  startTurn(): void {
    this.epoch++
    this.texts.length = 0
  }

  add(gram: number, at: number): void {
    this.lastAt[gram] = at
    if (this.seen[gram] === this.epoch) return
    this.seen[gram] = this.epoch
    this.firstAt[gram] = at
    if (this.isStock(gram)) {
      const end = this.stockStart[gram + 1] as number
      for (let p = this.stockStart[gram] as number; p < end; p++) this.touch(this.stockTexts[p] as number)
      return
    }
    const { postingStart, postings } = this.table
    const end = postingStart[gram + 1] as number
    for (let p = postingStart[gram] as number; p < end; p++) {
      const text = postings[p] as number
      this.touch(text)
      this.places[text]!++
    }
  }

  private touch(text: number): void {
    if (this.counted[text] === this.epoch) return
    this.counted[text] = this.epoch
    this.places[text] = 0
    this.texts.push(text)
  }

  /** Texts of which at least the share asked for is covered, in ascending order. */
  covered(): CoveredText[] {
    const found: CoveredText[] = []
    for (const text of this.texts) {
      const length = (this.start[text + 1] as number) - (this.start[text] as number)
      const most = this.table.n * (this.places[text] as number) + (this.slack[text] as number)
      if (most < this.least * length) continue
      const covered = this.look(text, length)
      if (covered.covered > 0 && covered.covered >= this.least * length) found.push(covered)
    }
    return found.sort((a, b) => a.text - b.text)
  }

  private look(text: number, length: number): CoveredText {
    const { n, gramAt } = this.table
    const from = this.start[text] as number
    let [covered, coveredEnd, first, last] = [0, from, Infinity, -1]
    for (let at = from; at < from + length; at++) {
      const gram = gramAt[at] as number
      if (gram < 0 || this.seen[gram] !== this.epoch) continue
      covered += at + n - Math.max(coveredEnd, at)
      coveredEnd = at + n
      first = Math.min(first, this.firstAt[gram] as number)
      last = Math.max(last, this.lastAt[gram] as number)
    }
    return { text, covered, length, first, last }
  }
}

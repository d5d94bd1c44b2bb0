import type { Vocabulary } from './vocabulary.ts'

/** One cell: hash of the word, its number + 1 (0 = empty), the example it was last seen in, examples it was seen in. */
const STRIDE = 4

/**
 * Numbers words by a vocabulary and counts in how many examples each of them stands. Hash, number and count lie side by
 * side, so that a word costs one line of the cache; the copy is this thread's own.
 */
export class WordCounter {
  private readonly cells: Int32Array
  private readonly mask: number
  private readonly size: number
  private example = 0

  constructor(vocabulary: Vocabulary) {
    this.size = vocabulary.size
    let slots = 1024
    while (slots < 1.5 * vocabulary.size) slots *= 2
    this.cells = new Int32Array(STRIDE * slots)
    this.mask = STRIDE * slots - 1
    for (let from = 0; from < vocabulary.cells.length; from += 2) {
      const number = vocabulary.cells[from + 1] as number
      if (number > 0) this.put((vocabulary.cells[from] as number) | 0, number)
    }
  }

  private put(hash: number, number: number): void {
    const { cells, mask } = this
    let cell = (hash << 2) & mask
    while (cells[cell + 1] !== 0) cell = (cell + STRIDE) & mask
    cells[cell] = hash
    cells[cell + 1] = number
  }

  /** Numbers of the words hashes[first, first + count) of one example, or NO_WORD (all bits), into `symbols` from 0. */
  number(hashes: Uint32Array, first: number, count: number, symbols: Uint32Array): void {
    const { cells, mask } = this
    const example = ++this.example
    // A first look brings the cells near, all at once.
    for (let w = 0; w < count; w++) symbols[w] = cells[((hashes[first + w] as number) << 2) & mask] as number
    for (let w = 0; w < count; w++) {
      const hash = (hashes[first + w] as number) | 0
      let cell = (hash << 2) & mask
      while (cells[cell] !== hash && cells[cell + 1] !== 0) cell = (cell + STRIDE) & mask
      const number = cells[cell + 1] as number
      symbols[w] = number - 1
      // 1 where the word is new in the example; the empty cell counts for nothing.
      const other = (cells[cell + 2] as number) ^ example
      cells[cell + 3]! += (other | -other) >>> 31
      cells[cell + 2] = example
    }
  }

  /** Examples with each word of the vocabulary since the last call. */
  take(): Uint32Array {
    const { cells } = this
    const documents = new Uint32Array(this.size)
    for (let cell = 0; cell < cells.length; cell += STRIDE) {
      const number = cells[cell + 1] as number
      if (number > 0) documents[number - 1] = cells[cell + 3] as number
      cells[cell + 2] = cells[cell + 3] = 0
    }
    this.example = 0
    return documents
  }
}

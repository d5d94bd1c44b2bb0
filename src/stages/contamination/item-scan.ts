import type { Batch, WordView } from '../../core/batch.ts'
import { Heap, u32At } from '../../text/kernels/heap.ts'
import { openKernels } from '../../text/kernels/kernels.ts'
import type { Kernels } from '../../text/kernels/kernels.ts'
import { CONSTANTS } from '../../text/kernels/layouts.ts'
import { Struct } from '../../text/kernels/struct.ts'
import type { Vocabulary } from '../../text/vocabulary.ts'
import type { PackedItems } from './items.ts'
import type { SeedIndex } from './seeds.ts'
import { listReach, listWords } from './restated.ts'
import { LEAST, optionWords } from './verify.ts'

const { WORD_CELL, ITEM_STATE, ITEM_ASK, CANDIDATE, AROUND } = CONSTANTS
/** Examples and turns a kernel is asked for at a time: a thread's code gets faster only between calls. */
const STEP = 512
/** Room for so many candidates at first. */
const CANDIDATES = 1 << 12

/** What all methods know of a batch before they look closer. Valid until the next batch. */
export interface ItemLinks {
  /** Number of each word of the batch in the vocabulary of the items, all bits set where it has none. */
  symbols: Uint32Array
  /** Per turn: how many grams of `PART` words in a row may stand in some item, 0 where there are not `LEAST_ROW`. */
  longest: Uint32Array
  /** Per word of the other turns: the row up to the gram that ends there. */
  runs: Int32Array
  /** Where items may stand (`LEAST.cover` of their question's words do), turn by turn, `CANDIDATE` numbers each: turn, item, first and last seed as words of the turn. */
  candidates: Uint32Array
}

/**
 * Numbers the words of a batch, counts the examples each stands in, looks up every pair of neighbouring words and every
 * gram of `PART`, and adds seeds up to candidates. The tables of the items lie in this thread's own memory.
 */
export class ItemScan {
  readonly #heap = new Heap()
  readonly #kernels: Kernels
  readonly #scan: Struct<'ItemScan'>
  readonly #cells: Uint32Array
  readonly #vocabulary: number
  /** What lies behind this mark belongs to a batch. */
  readonly #mark: number

  constructor(index: SeedIndex, items: PackedItems) {
    const heap = this.#heap
    this.#vocabulary = items.vocabulary.size
    this.#cells = wordCells(heap, items.vocabulary)
    const copy = (values: Uint32Array | Int32Array) => {
      const place = heap.u32(values.length)
      place.set(values)
      return place.byteOffset
    }
    this.#scan = Struct.in('ItemScan', heap, {
      words: this.#cells.byteOffset,
      wordMask: this.#cells.byteLength - 1,
      filter: copy(index.filter),
      filterShift: index.filterShift,
      pairs: copy(index.cells),
      pairMask: 4 * index.cells.length - 8,
      seeds: copy(index.seeds),
      grams: copy(index.parts.bits),
      gramShift: index.parts.shift,
      states: copy(itemStates(index, items.count)),
      items: items.count,
      questions: copy(items.word),
      asks: copy(itemAsks(items)),
      asked: heap.zeroed(4 * items.vocabulary.size),
      times: heap.zeroed(4 * items.vocabulary.size),
    })
    this.#mark = heap.mark()
    this.#kernels = openKernels(heap.memory)
  }

  link(batch: Batch, words: WordView): ItemLinks {
    const turns = batch.turnStart[batch.length] as number
    const count = words.turnWord[turns] as number
    this.#heap.release(this.#mark)
    const [hash, exampleTurn] = [this.#heap.u32(count), this.#heap.u32(batch.length + 1)]
    hash.set(words.hash.subarray(0, count))
    exampleTurn.set(batch.turnStart.subarray(0, batch.length + 1))
    this.#scan.set({ hash: hash.byteOffset, exampleTurn: exampleTurn.byteOffset })
    const { symbols, runs, longest } = this.#place(words.turnWord, turns)
    const { address } = this.#scan
    for (let from = 0; from < batch.length; from += STEP)
      this.#kernels.numberWords(address, from, Math.min(batch.length, from + STEP))
    return { symbols, runs, longest, candidates: this.#linkAll(turns) }
  }

  /**
   * Candidates in texts made of words that have their numbers: text t is words [textWord[t], textWord[t + 1]). No word is
   * counted again. Valid until the next call, and what `link` gave no longer is.
   */
  linkNumbered(numbered: Uint32Array, textWord: Int32Array): Uint32Array {
    this.#heap.release(this.#mark)
    const texts = textWord.length - 1
    this.#place(textWord, texts).symbols.set(numbered)
    return this.#linkAll(texts)
  }

  #linkAll(turns: number): Uint32Array {
    let next = 0
    while (next < turns) {
      const to = Math.min(turns, next + STEP)
      next = this.#kernels.linkTurns(this.#scan.address, next, to)
      if (next < to) this.#reserveCandidates(2 * this.#scan.get('candidateRoom'))
    }
    const count = this.#scan.get('candidateCount')
    return u32At(this.#heap.memory, this.#scan.get('candidates'), count * CANDIDATE)
  }

  #place(turnWords: Int32Array, turns: number) {
    const heap = this.#heap
    const count = turnWords[turns] as number
    const [symbols, runs] = [heap.u32(count), heap.u32(count)]
    const [turnWord, longest] = [heap.u32(turns + 1), heap.u32(turns)]
    turnWord.set(turnWords.subarray(0, turns + 1))
    // A turn of one word has no pair, and the kernel writes one place ahead.
    const most = longestTurn(turnWords, turns) + 1
    const [at, place] = [heap.u32(most), heap.u32(most)]
    this.#scan.set({
      ...{ symbols: symbols.byteOffset, runs: runs.byteOffset },
      ...{ longest: longest.byteOffset, turnWord: turnWord.byteOffset },
      ...{ at: at.byteOffset, place: place.byteOffset, candidates: heap.mark(), candidateCount: 0 },
    })
    this.#reserveCandidates(CANDIDATES)
    return { symbols, runs: new Int32Array(runs.buffer, runs.byteOffset, count), longest }
  }

  /** Candidates are the last thing of a batch: there is room behind them. */
  #reserveCandidates(room: number): void {
    const candidates = this.#scan.get('candidates')
    this.#heap.release(candidates)
    this.#heap.allocate(room * CANDIDATE * 4)
    this.#scan.set({ candidateRoom: room })
  }

  /** Examples with each word of the vocabulary since the last call. */
  takeDocuments(): Uint32Array {
    const cells = this.#cells
    const documents = new Uint32Array(this.#vocabulary)
    for (let cell = 0; cell < cells.length; cell += WORD_CELL) {
      const number = cells[cell + 1] as number
      if (number > 0) documents[number - 1] = cells[cell + 3] as number
      cells[cell + 2] = cells[cell + 3] = 0
    }
    this.#scan.set({ example: 0 })
    return documents
  }
}

/** Hash, number and count lie side by side, so that a word costs one line of the cache. */
function wordCells(heap: Heap, vocabulary: Vocabulary): Uint32Array {
  let slots = 1024
  while (slots < 1.5 * vocabulary.size) slots *= 2
  const cells = u32At(heap.memory, heap.zeroed(4 * WORD_CELL * slots), WORD_CELL * slots)
  const mask = cells.length - 1
  for (let from = 0; from < vocabulary.cells.length; from += 2) {
    const number = vocabulary.cells[from + 1] as number
    if (number === 0) continue
    const hash = vocabulary.cells[from] as number
    let cell = (hash * WORD_CELL) & mask
    while (cells[cell + 1] !== 0) cell = (cell + WORD_CELL) & mask
    cells[cell] = hash
    cells[cell + 1] = number
  }
  return cells
}

function itemStates(index: SeedIndex, items: number): Uint32Array {
  const states = new Uint32Array(items * ITEM_STATE)
  for (let item = 0; item < items; item++) {
    const [needed, gap] = [index.need[2 * item] as number, index.need[2 * item + 1] as number]
    states[item * ITEM_STATE + 3] = 64 * needed + gap
  }
  return states
}

/**
 * Where each item's question lies, how far it may reach before its seeds, and how many of its words must be there; and
 * of one whose list of options may stand for it, how many words that has, must have there, and how far it may reach.
 */
function itemAsks(items: PackedItems): Uint32Array {
  const { count, itemField, fieldWord } = items
  const asks = new Uint32Array(count * ITEM_ASK)
  for (let item = 0; item < count; item++) {
    const field = itemField[item] as number
    const start = fieldWord[field] as number
    const length = (fieldWord[field + 1] as number) - start
    const least = Math.ceil(LEAST.cover * length)
    const list = listWords(items, item)
    const listed = Math.ceil(LEAST.listed * list)
    asks.set([start, length, length + optionWords(items, item) + AROUND, least], item * ITEM_ASK)
    const rarest = rarestWord(items, start + length, start + length + list)
    asks.set([list, listed, listReach(items, item), rarest], item * ITEM_ASK + 4)
  }
  return asks
}

/** Of words [from, to) of the items the one that fewest have. */
function rarestWord({ word, itemsWith }: PackedItems, from: number, to: number): number {
  let rarest = 0
  for (let w = from; w < to; w++) {
    const number = word[w] as number
    if (w === from || (itemsWith[number] as number) < (itemsWith[rarest] as number)) rarest = number
  }
  return rarest
}

function longestTurn(turnWord: Int32Array, turns: number): number {
  let longest = 0
  for (let t = 0; t < turns; t++) {
    longest = Math.max(longest, (turnWord[t + 1] as number) - (turnWord[t] as number))
  }
  return longest
}

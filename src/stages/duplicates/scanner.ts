import type { Batch, Column, WordView } from '../../core/batch.ts'
import { ROLE_CODE } from '../../core/example.ts'
import type { Scanner } from '../../core/stage.ts'
import { threadCache } from '../../core/thread-cache.ts'
import type { Tally } from '../../core/tally.ts'
import { Growable32 } from '../../text/growable.ts'
import { Hash128, hash32 } from '../../text/hash.ts'
import {
  BY_HOST,
  COUNT_MASK,
  LABELS_SHIFT,
  MOST_OPTIONS,
  ROW_KEYS,
  TurnMemory,
} from '../../text/kernels/turn-memory.ts'
import type { TurnKeys } from '../../text/kernels/turn-memory.ts'
import { Normaliser } from '../../text/normalise.ts'
import { findChoices, optionHashes, stemLength, withoutFullStop } from './choices.ts'
import type { LabelKind } from './label-kinds.ts'
import { outsideReasoning } from './reasoning.ts'
import { KEY, KEY_WORDS, WORD_FLAG } from './rows.ts'
import { statedOptions } from './stated.ts'

const NO_ANSWER = 0
const encoder = new TextEncoder()

type Hash64 = readonly [high: number, low: number]

interface Lists {
  keys: Growable32
  ids: Growable32
  words: Growable32
  wordCount: Growable32
  textBytes: Growable32
  /** Per row, a bit for each option the answer names. */
  choice: Growable32
  /** 64-bit hash of the option the answer names; of several the sum. */
  answerText: Growable32
}

/** Lists nobody fills: a slice makes megabytes of them, and fresh memory is slow. */
const spareLists = threadCache<Lists[]>(() => [])

function makeLists(): Lists {
  const list = (): Growable32 => new Growable32()
  return {
    ...{ keys: list(), ids: list(), words: list(), wordCount: list(), textBytes: list() },
    ...{ choice: list(), answerText: list() },
  }
}

/** Hashes every view of every row; text stays behind. */
export class DuplicateScanner implements Scanner {
  readonly #normaliser = new Normaliser()
  readonly #turns = turnMemory()
  readonly #hash = new Hash128()
  readonly #lists = spareLists().pop() ?? makeLists()
  readonly #keys = this.#lists.keys
  readonly #ids = this.#lists.ids
  readonly #textBytes = this.#lists.textBytes
  readonly #choice = this.#lists.choice
  readonly #answerText = this.#lists.answerText
  readonly #four = new Uint32Array(4)
  readonly #shortHashes = new Map<string, Hash64>()
  #firstRow = -1
  #rows = 0

  scan(batch: Batch): void {
    if (this.#firstRow < 0) this.#firstRow = batch.firstRow
    const found = this.#turns.hash(batch, (turn) => this.#normalTurn(batch, turn))
    const from = this.#keys.length
    this.#keys.append(found.keys)
    this.#hashRecords(batch, from)
    this.#hashAnswers(batch, found.reasoning, from)
    this.#chooseOptions(batch, found, from)
    this.#addIds(batch)
    appendTextBytes(batch, this.#textBytes)
    appendWords(batch, batch.words(), this.#lists)
    this.#rows += batch.length
  }

  #normalTurn(batch: Batch, turn: number): Uint8Array {
    const [start, end] = [batch.textStart[turn] as number, batch.textStart[turn + 1] as number]
    const { bytes, length } = this.#normaliser.normalise(batch.bytes, start, end)
    return bytes.subarray(0, withoutFullStop(bytes, length))
  }

  /** An unreadable row keeps zero keys: all broken lines look alike, and none is anybody's duplicate. */
  #hashRecords(batch: Batch, from: number): void {
    const columns = columnHashes(batch)
    for (let row = 0; row < batch.length; row++)
      if (batch.unreadable[row] === 0) this.#hashRecord(columns, row, from + row * ROW_KEYS)
  }

  /**
   * The conversation and the other columns. Rows that are equal in every column have the same key; those with one key are
   * read again before they count as equal, because a turn may hold more than its role and its text.
   */
  #hashRecord(columns: readonly ColumnHash[], row: number, at: number): void {
    const keys = this.#keys.values
    const hash = this.#hash.reset(7)
    const conversation = at + KEY.conversation * KEY_WORDS
    for (let i = 0; i < KEY_WORDS; i++) hash.update32(keys[conversation + i] as number)
    for (const { name, column } of columns) {
      if (column.valid[row] !== 1) continue
      hash.update32(name)
      if (column.kind === 'utf8') {
        const [start, end] = [column.start[row] as number, column.start[row + 1] as number]
        hash.update32(end - start).update(column.bytes, start, end)
      } else {
        // As text, which is what a column of JSON lines holds.
        const value = column.kind === 'boolean' ? column.values[row] === 1 : (column.values[row] as number)
        const text = encoder.encode(String(value))
        hash.update32(text.length).update(text, 0, text.length)
      }
    }
    hash.finish(keys, at + KEY.record * KEY_WORDS)
  }

  /** The lists go to the next scanner of this thread, which writes over them. */
  tally(): Tally {
    const arrays = Object.entries(this.#lists).map(([name, list]) => [name, list.trimmed()])
    const tally = { firstRow: Math.max(0, this.#firstRow), rows: this.#rows, ...Object.fromEntries(arrays) }
    for (const list of Object.values(this.#lists)) list.length = 0
    if (spareLists().length === 0) spareLists().push(this.#lists)
    return tally as Tally
  }

  #hashAnswers(batch: Batch, reasoning: Uint8Array, from: number): void {
    for (let row = 0; row < batch.length; row++)
      if (reasoning[row] === 1) this.#hashAnswer(batch, row, from + row * ROW_KEYS)
  }

  /** The answer view of a row whose answers may hold reasoning blocks, which are left out. */
  #hashAnswer(batch: Batch, row: number, at: number): void {
    const hash = this.#hash.reset(4)
    let added = 0
    for (let turn = batch.turnStart[row] as number; turn < (batch.turnStart[row + 1] as number); turn++) {
      if (batch.role[turn] !== ROLE_CODE.assistant) continue
      const [from, to] = [batch.textStart[turn] as number, batch.textStart[turn + 1] as number]
      for (const part of outsideReasoning(batch.bytes, from, to)) {
        const normal = this.#normaliser.normalise(batch.bytes, part.start, part.end)
        const length = part.end === to ? withoutFullStop(normal.bytes, normal.length) : normal.length
        hash.update32(length).update(normal.bytes, 0, length)
        added += length
      }
    }
    const key = at + KEY.answer * KEY_WORDS
    if (added > 0) hash.finish(this.#keys.values, key)
    else this.#keys.values.fill(0, key, key + KEY_WORDS)
  }

  /** What the last prompt of each row lists, and what the last answer says of it. */
  #chooseOptions(batch: Batch, { options, optionHashes }: TurnKeys, from: number): void {
    for (let row = 0; row < batch.length; row++) {
      const found = options[row] as number
      const [count, labels] = [found & COUNT_MASK, (found >> LABELS_SHIFT) as LabelKind]
      if (found === 0) this.#addNoChoices()
      else if (found === BY_HOST) this.#findChoices(batch, row, from + row * ROW_KEYS)
      else {
        const hashes = optionHashes.subarray(2 * MOST_OPTIONS * row, 2 * (MOST_OPTIONS * row + count))
        this.#addChoices(batch, { hashes, labels }, lastTurns(batch, row).lastAnswer)
      }
    }
  }

  #addNoChoices(): void {
    this.#choice.push(NO_ANSWER)
    this.#answerText.push(0)
    this.#answerText.push(0)
  }

  /** What the kernel finds, for a question that is not ASCII. */
  #findChoices(batch: Batch, row: number, at: number): void {
    const { lastPrompt, lastAnswer } = lastTurns(batch, row)
    const [start, end] = [batch.textStart[lastPrompt] as number, batch.textStart[lastPrompt + 1] as number]
    const choices = findChoices(batch.bytes, start, end)
    if (choices === null) return this.#addNoChoices()
    const options = optionHashes(batch.bytes, choices, this.#normaliser)
    const first = batch.turnStart[row] as number
    this.#hashQuestion(batch, { lastPrompt, first, at }, { start, stemEnd: choices.stemEnd, options })
    this.#addChoices(batch, { hashes: options, labels: choices.labels }, lastAnswer)
  }

  /** @param options their hashes, two words each, and what an answer names them by. */
  #addChoices(batch: Batch, options: { hashes: Uint32Array; labels: LabelKind }, answer: number): void {
    const stated = answer < 0 ? NO_ANSWER : this.#stated(batch, answer, options)
    let [high, low] = [0, 0]
    for (let i = 0; stated >>> i > 0; i++) {
      if (((stated >>> i) & 1) === 0) continue
      high = (high + (options.hashes[2 * i] as number)) >>> 0
      low = (low + (options.hashes[2 * i + 1] as number)) >>> 0
    }
    this.#choice.push(stated)
    this.#answerText.push(high)
    this.#answerText.push(low)
  }

  /** The question key: earlier turns that are not answers, the stem, and the options whatever their order. */
  #hashQuestion(
    batch: Batch,
    row: { lastPrompt: number; first: number; at: number },
    question: { start: number; stemEnd: number; options: Uint32Array },
  ): void {
    const hasher = this.#hash.reset(5)
    for (let turn = row.first; turn < row.lastPrompt; turn++) {
      const role = batch.role[turn] as number
      if (role === ROLE_CODE.system || role === ROLE_CODE.assistant) continue
      const earlier = this.#normaliser.normalise(
        batch.bytes,
        batch.textStart[turn] as number,
        batch.textStart[turn + 1] as number,
      )
      hasher.update32(earlier.length).update(earlier.bytes, 0, earlier.length)
    }
    const stem = this.#normaliser.normalise(batch.bytes, question.start, question.stemEnd)
    const length = stemLength(stem.bytes, stem.length)
    hasher.update32(length).update(stem.bytes, 0, length)
    for (const [high, low] of sortedPairs(question.options)) hasher.update32(high).update32(low)
    hasher.finish(this.#keys.values, row.at + KEY.question * KEY_WORDS)
  }

  /** The options an answer names, a bit each. */
  #stated(batch: Batch, turn: number, options: { hashes: Uint32Array; labels: LabelKind }): number {
    const { hashes, labels } = options
    const parts = outsideReasoning(
      batch.bytes,
      batch.textStart[turn] as number,
      batch.textStart[turn + 1] as number,
    )
    const last = parts[parts.length - 1]
    if (last === undefined) return NO_ANSWER
    const optionOf = (text: string): number => this.#optionOf(text, hashes)
    return statedOptions(batch.bytes, last.start, last.end, { labels, count: hashes.length / 2, optionOf })
  }

  /** The one option that says this text, or −1. */
  #optionOf(text: string, hashes: Uint32Array): number {
    const [high, low] = text.length === 1 ? this.#shortHash(text) : this.#textHash(text)
    let found = -1
    for (let i = 0; 2 * i < hashes.length; i++) {
      if (hashes[2 * i] !== high || hashes[2 * i + 1] !== low) continue
      if (found >= 0) return -1
      found = i
    }
    return found
  }

  #textHash(text: string): Hash64 {
    const bytes = encoder.encode(text)
    const normal = this.#normaliser.normalise(bytes, 0, bytes.length)
    const four = this.#four
    this.#hash.reset().update(normal.bytes, 0, withoutFullStop(normal.bytes, normal.length)).finish(four, 0)
    return [four[0] as number, four[1] as number]
  }

  /** Every answer asks for the hash of a letter. */
  #shortHash(text: string): Hash64 {
    let hash = this.#shortHashes.get(text)
    if (hash === undefined) this.#shortHashes.set(text, (hash = this.#textHash(text)))
    return hash
  }

  #addIds(batch: Batch): void {
    const id = batch.schema.id === null ? undefined : batch.columns.get(batch.schema.id)
    for (let row = 0; row < batch.length; row++) this.#addId(id, row)
  }

  /** 64 bits of a declared id: enough to order by, and no text. */
  #addId(column: Column | undefined, row: number): void {
    const at = this.#ids.length
    this.#ids.push(0)
    this.#ids.push(0)
    if (column === undefined || column.valid[row] !== 1) return
    const hasher = this.#hash.reset(6)
    if (column.kind === 'utf8')
      hasher.update(column.bytes, column.start[row] as number, column.start[row + 1] as number)
    else
      hasher
        .update32(Number(column.values[row]) | 0)
        .update32(Math.floor(Number(column.values[row]) / 2 ** 32))
    const out = this.#four
    hasher.finish(out, 0)
    this.#ids.values[at] = out[0] as number
    this.#ids.values[at + 1] = out[1] as number
  }
}

function appendTextBytes({ length, turnStart, textStart }: Batch, textBytes: Growable32): void {
  const startOf = (row: number): number => textStart[turnStart[row] as number] as number
  for (let row = 0; row < length; row++) textBytes.push(startOf(row + 1) - startOf(row))
}

/** Word hashes of the views, i.e. all turns but system turns; see `WORD_FLAG` for their two lowest bits. */
function appendWords(
  { length, turnStart, role }: Batch,
  { turnWord, hash, small }: WordView,
  { words, wordCount }: Lists,
): void {
  words.reserve(hash.length)
  const all = words.values
  let n = words.length
  for (let row = 0; row < length; row++) {
    const before = n
    for (let turn = turnStart[row] as number; turn < (turnStart[row + 1] as number); turn++) {
      if (role[turn] === ROLE_CODE.system) continue
      const answer = role[turn] === ROLE_CODE.assistant ? WORD_FLAG.answer : 0
      const end = turnWord[turn + 1] as number
      for (let w = turnWord[turn] as number; w < end; w++)
        all[n++] = ((hash[w] as number) & ~3) | (small[w] as number) | answer
    }
    wordCount.push(n - before)
  }
  words.length = n
}

interface ColumnHash {
  name: number
  column: Column
}

/** The columns of a batch in the order of their names. */
function columnHashes(batch: Batch): ColumnHash[] {
  const names = [...batch.columns.keys()].sort()
  return names.map((name) => {
    const bytes = encoder.encode(name)
    return { name: hash32(bytes, 0, bytes.length), column: batch.columns.get(name) as Column }
  })
}

/** The last turn that asks, and the last that answers; −1 where there is none. */
function lastTurns(batch: Batch, row: number): { lastPrompt: number; lastAnswer: number } {
  let [lastPrompt, lastAnswer] = [-1, -1]
  const end = batch.turnStart[row + 1] as number
  for (let turn = batch.turnStart[row] as number; turn < end; turn++) {
    const role = batch.role[turn]
    if (role === ROLE_CODE.assistant) lastAnswer = turn
    else if (role !== ROLE_CODE.system) lastPrompt = turn
  }
  return { lastPrompt, lastAnswer }
}

/** One memory a thread, whatever the number of slices. */
const turnMemory = threadCache(() => new TurnMemory())

function sortedPairs(hashes: Uint32Array): [number, number][] {
  const pairs: [number, number][] = []
  for (let i = 0; i < hashes.length; i += 2) pairs.push([hashes[i] as number, hashes[i + 1] as number])
  return pairs.sort((a, b) => a[0] - b[0] || a[1] - b[1])
}

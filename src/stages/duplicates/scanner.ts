import type { Batch, Column } from '../../core/batch.ts'
import { ROLE_CODE } from '../../core/example.ts'
import type { Scanner } from '../../core/stage.ts'
import type { Tally } from '../../core/tally.ts'
import { Growable32 } from '../../text/growable.ts'
import { Hash128 } from '../../text/hash.ts'
import { Normaliser } from '../../text/normalise.ts'
import { answerLetter, findChoices, optionHashes, stemLength, withoutFullStop } from './choices.ts'
import { outsideReasoning } from './reasoning.ts'
import { KEY, KEYS, KEY_WORDS, WORD_FLAG } from './rows.ts'

const NO_ANSWER = 0

/** Hashes every view of every row; text stays behind. */
export class DuplicateScanner implements Scanner {
  readonly #normaliser = new Normaliser()
  readonly #hasher = { view: new Hash128(), answer: new Hash128(), one: new Hash128() }
  readonly #keys = new Growable32(KEYS * KEY_WORDS * 256)
  readonly #ids = new Growable32(512)
  readonly #words = new Growable32(65536)
  readonly #wordCount = new Growable32(256)
  readonly #textBytes = new Growable32(256)
  /** Per row: options << 8 | letter + 1. */
  readonly #choice = new Growable32(256)
  /** 64-bit hash of the option the answer names. */
  readonly #answerText = new Growable32(512)
  readonly #four = new Uint32Array(4)
  #firstRow = -1
  #rows = 0

  /** An unreadable row keeps zero keys: all broken lines look alike, and none is anybody's duplicate. */
  scan(batch: Batch): void {
    if (this.#firstRow < 0) this.#firstRow = batch.firstRow
    const records = batch.records()
    const id = batch.schema.id === null ? undefined : batch.columns.get(batch.schema.id)
    for (let i = 0; i < batch.length; i++) {
      const at = this.#keys.length
      this.#keys.reserve(KEYS * KEY_WORDS)
      this.#keys.length += KEYS * KEY_WORDS
      this.#keys.values.fill(0, at, this.#keys.length)
      if (batch.unreadable[i] === 0) {
        const record = this.#hasher.one
          .reset()
          .update(records.bytes, records.start[i] as number, records.start[i + 1] as number)
        record.finish(this.#keys.values, at + KEY.record * KEY_WORDS)
      }
      this.#scanTurns(batch, i, at)
      this.#addId(id, i)
      this.#addWords(batch, i)
    }
    this.#rows += batch.length
  }

  tally(): Tally {
    return {
      firstRow: Math.max(0, this.#firstRow),
      rows: this.#rows,
      keys: this.#keys.take(),
      ids: this.#ids.take(),
      words: this.#words.take(),
      wordCount: this.#wordCount.take(),
      textBytes: this.#textBytes.take(),
      choice: this.#choice.take(),
      answerText: this.#answerText.take(),
    }
  }

  #scanTurns(batch: Batch, row: number, at: number): void {
    const first = batch.turnStart[row] as number
    const end = batch.turnStart[row + 1] as number
    const { view, answer, one } = this.#hasher
    const keys = this.#keys.values
    let lastPrompt = -1
    let lastAnswer = -1
    let [views, prompts, answers] = [0, 0, 0]
    // A prompt after an answer: the prompts are no beginning of the view.
    let scattered = false
    one.reset(1)
    view.reset(2)
    answer.reset(4)
    for (let turn = first; turn < end; turn++) {
      const role = batch.role[turn] as number
      const [from, to] = [batch.textStart[turn] as number, batch.textStart[turn + 1] as number]
      one
        .update32(role)
        .update32(to - from)
        .update(batch.bytes, from, to)
      if (role === ROLE_CODE.system) continue
      const normal = this.#normaliser.normalise(batch.bytes, from, to)
      const length = withoutFullStop(normal.bytes, normal.length)
      views += length
      view.update32(role).update32(length).update(normal.bytes, 0, length)
      if (role === ROLE_CODE.assistant) {
        lastAnswer = turn
        answers += this.#addAnswer(batch, turn, { bytes: normal.bytes, length })
      } else {
        lastPrompt = turn
        prompts += length
        scattered ||= lastAnswer >= 0
        if (!scattered && prompts > 0) view.finish(keys, at + KEY.prompt * KEY_WORDS)
      }
    }
    if (end > first) one.finish(keys, at + KEY.conversation * KEY_WORDS)
    if (views > 0) view.finish(keys, at + KEY.normalised * KEY_WORDS)
    if (scattered && prompts > 0) this.#hashPrompts(batch, row, at)
    if (answers > 0) answer.finish(keys, at + KEY.answer * KEY_WORDS)
    this.#textBytes.push((batch.textStart[end] as number) - (batch.textStart[first] as number))
    this.#addChoices(batch, { lastPrompt, lastAnswer, first, at })
  }

  /** The prompt key: the key a view of the prompts alone would have, as where they come before all answers. */
  #hashPrompts(batch: Batch, row: number, at: number): void {
    const hasher = this.#hasher.one.reset(2)
    const end = batch.turnStart[row + 1] as number
    for (let turn = batch.turnStart[row] as number; turn < end; turn++) {
      const role = batch.role[turn] as number
      if (role === ROLE_CODE.system || role === ROLE_CODE.assistant) continue
      const [from, to] = [batch.textStart[turn] as number, batch.textStart[turn + 1] as number]
      const normal = this.#normaliser.normalise(batch.bytes, from, to)
      const length = withoutFullStop(normal.bytes, normal.length)
      hasher.update32(role).update32(length).update(normal.bytes, 0, length)
    }
    hasher.finish(this.#keys.values, at + KEY.prompt * KEY_WORDS)
  }

  /**
   * Adds an assistant turn to the answer view, reasoning blocks left out; the normalised length added. `whole` is the
   * turn normalised, for the many without such a block.
   */
  #addAnswer(batch: Batch, turn: number, whole: { bytes: Uint8Array; length: number }): number {
    const answer = this.#hasher.answer
    const [from, to] = [batch.textStart[turn] as number, batch.textStart[turn + 1] as number]
    const parts = outsideReasoning(batch.bytes, from, to)
    const first = parts[0]
    if (first !== undefined && parts.length === 1 && first.start === from && first.end === to) {
      answer.update32(whole.length).update(whole.bytes, 0, whole.length)
      return whole.length
    }
    let added = 0
    for (const part of parts) {
      const normal = this.#normaliser.normalise(batch.bytes, part.start, part.end)
      const length = part.end === to ? withoutFullStop(normal.bytes, normal.length) : normal.length
      answer.update32(length).update(normal.bytes, 0, length)
      added += length
    }
    return added
  }

  #addChoices(
    batch: Batch,
    row: { lastPrompt: number; lastAnswer: number; first: number; at: number },
  ): void {
    const turn = row.lastPrompt
    const start = turn < 0 ? 0 : (batch.textStart[turn] as number)
    const end = turn < 0 ? 0 : (batch.textStart[turn + 1] as number)
    const choices = turn < 0 ? null : findChoices(batch.bytes, start, end)
    if (choices === null) {
      this.#choice.push(NO_ANSWER)
      this.#answerText.append([0, 0])
      return
    }
    const options = optionHashes(batch.bytes, choices, this.#normaliser)
    this.#hashQuestion(batch, row, { start, stemEnd: choices.stemEnd, options })
    const letter = row.lastAnswer < 0 ? -1 : this.#letter(batch, row.lastAnswer)
    const known = letter >= 0 && letter < choices.options.length
    this.#choice.push((choices.options.length << 8) | (known ? letter + 1 : NO_ANSWER))
    this.#answerText.append(known ? options.subarray(2 * letter, 2 * letter + 2) : [0, 0])
  }

  /** The question key: earlier turns that are not answers, the stem, and the options whatever their order. */
  #hashQuestion(
    batch: Batch,
    row: { lastPrompt: number; first: number; at: number },
    question: { start: number; stemEnd: number; options: Uint32Array },
  ): void {
    const hasher = this.#hasher.one.reset(5)
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

  #letter(batch: Batch, turn: number): number {
    const parts = outsideReasoning(
      batch.bytes,
      batch.textStart[turn] as number,
      batch.textStart[turn + 1] as number,
    )
    const last = parts[parts.length - 1]
    return last === undefined ? -1 : answerLetter(batch.bytes, last.start, last.end)
  }

  /** 64 bits of the declared id: enough to order by, and no text. */
  #addId(column: Column | undefined, row: number): void {
    const at = this.#ids.length
    this.#ids.push(0)
    this.#ids.push(0)
    if (column === undefined || column.valid[row] !== 1) return
    const hasher = this.#hasher.one.reset(6)
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

  /** Word hashes of the view, i.e. all turns but system turns; see `WORD_FLAG` for their two lowest bits. */
  #addWords(batch: Batch, row: number): void {
    const view = batch.words()
    let count = 0
    for (let turn = batch.turnStart[row] as number; turn < (batch.turnStart[row + 1] as number); turn++) {
      if (batch.role[turn] === ROLE_CODE.system) continue
      const [from, to] = [view.turnWord[turn] as number, view.turnWord[turn + 1] as number]
      count += to - from
      const answer = batch.role[turn] === ROLE_CODE.assistant ? WORD_FLAG.answer : 0
      this.#words.reserve(to - from)
      const words = this.#words.values
      let n = this.#words.length
      for (let w = from; w < to; w++) {
        const first = batch.bytes[view.start[w] as number] as number
        const lower = first >= 0x61 && first <= 0x7a ? WORD_FLAG.lowerCase : 0
        words[n++] = ((view.hash[w] as number) & ~3) | lower | answer
      }
      this.#words.length = n
    }
    this.#wordCount.push(count)
  }
}

function sortedPairs(hashes: Uint32Array): [number, number][] {
  const pairs: [number, number][] = []
  for (let i = 0; i < hashes.length; i += 2) pairs.push([hashes[i] as number, hashes[i + 1] as number])
  return pairs.sort((a, b) => a[0] - b[0] || a[1] - b[1])
}

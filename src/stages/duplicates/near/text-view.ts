import { WORD_KIND } from '../../../core/batch.ts'
import type { Example } from '../../../core/example.ts'
import { Normaliser } from '../../../text/normalise.ts'
import { shingles } from '../../../text/shingle.ts'
import { isView, turnsOf, wordsOf } from '../look.ts'
import type { Turn } from '../look.ts'
import { editsOf } from './edits.ts'
import { TEMPLATE_WORDS, isCrowd, markTemplates } from './templates.ts'

/** The view of an example again, from its text: what a scan reduced to hashes. */
export interface TextView {
  turns: readonly Turn[]
  /** Per word: its turn (a place in `turns`), bytes [start, end) of that turn, hash and kind. */
  turn: Uint32Array
  start: Uint32Array
  end: Uint32Array
  hash: Uint32Array
  kind: Uint8Array
  /** 1 where the word is part of template text. */
  masked: Uint8Array
}

/** A word of a view, where it stands in the text. */
export interface ViewWord {
  turn: Turn
  start: number
  end: number
  hash: number
  kind: number
}

/** @param templateBits a bit per slot of template runs; null where none are masked. */
export function textView(example: Example, templateBits: Uint32Array | null): TextView {
  const turns = turnsOf(example, isView)
  const found = turns.map((turn) => wordsOf(turn.text))
  const length = found.reduce((sum, { hash }) => sum + hash.length, 0)
  const list = (): Uint32Array => new Uint32Array(length)
  const view = {
    ...{ turns, turn: list(), start: list(), end: list(), hash: list() },
    ...{ kind: new Uint8Array(length), masked: new Uint8Array(length) },
  }
  let at = 0
  found.forEach((words, turn) => {
    const end = at + words.hash.length
    view.turn.fill(turn, at, end)
    for (const field of ['start', 'end', 'hash', 'kind'] as const) view[field].set(words[field], at)
    at = end
  })
  if (templateBits !== null) mark(view, templateBits)
  return view
}

function mark(view: TextView, bits: Uint32Array): void {
  const length = view.hash.length
  const runs = new Uint32Array(length + 1)
  const n = shingles(view.hash, { start: 0, end: length }, TEMPLATE_WORDS, runs)
  const mask = new Uint8Array(length + 2 * TEMPLATE_WORDS)
  if (n === 0 || markTemplates(runs, n, bits, mask) === 0) return
  const judged = { mask: (i: number): boolean => mask[i] === 1, isAnswer: answers(view) }
  if (isCrowd(length, judged, editsOf(runs, length, bits))) return
  view.masked.set(mask.subarray(0, length))
}

/** Whether a word stands in an answer. */
export function answers(view: TextView): (i: number) => boolean {
  const ofTurn = view.turns.map(({ role }) => role === 'assistant')
  return (i) => ofTurn[view.turn[i] as number] === true
}

/** Words [from, to) one by one. */
export function wordsAt(view: TextView, from: number, to: number): ViewWord[] {
  return Array.from({ length: Math.max(0, Math.min(to, view.hash.length) - from) }, (_, i) => ({
    turn: view.turns[view.turn[from + i] as number] as Turn,
    start: view.start[from + i] as number,
    end: view.end[from + i] as number,
    hash: view.hash[from + i] as number,
    kind: view.kind[from + i] as number,
  }))
}

const normaliser = new Normaliser()

/** Normalised form of a word. */
export function textOf(word: ViewWord): string {
  const { bytes, length } = normaliser.normalise(word.turn.text, word.start, word.end)
  // A minus sign alone is a dash to the normaliser: its digit stands in the next word.
  if (word.kind === WORD_KIND.symbol && length === 1 && bytes[0] === 0x2d)
    return rawOf(word) === '−' ? '−' : '-'
  return Buffer.from(bytes.subarray(0, length)).toString()
}

/** The word as written. */
export function rawOf(word: ViewWord): string {
  return Buffer.from(word.turn.text.subarray(word.start, word.end)).toString()
}

/** Bytes [from, to) of the turn a word stands in, as far as it has them. */
export function textBetween({ turn }: ViewWord, from: number, to: number): string {
  return Buffer.from(turn.text.subarray(Math.max(0, from), Math.max(0, to))).toString()
}

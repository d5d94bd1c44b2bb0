import type { Example } from '../../../core/example.ts'
import { Normaliser } from '../../../text/normalise.ts'
import { makeWords } from '../../../text/words.ts'

/** The words of an example, system turns aside, as a reader counts them: equal numbers are equal normalised words. */
export interface PlainView {
  /** Per word: its number, its place in `Example.turns`, bytes [start, end) of that turn, and its `WORD_KIND`. */
  word: Uint32Array
  turn: Uint32Array
  start: Uint32Array
  end: Uint32Array
  kind: Uint8Array
  /** 1 where the word stands in an answer. */
  answer: Uint8Array
}

/** Numbers normalised words by their text, not by a hash: nothing the stage looks by is used to say what it should find. */
export class Dictionary {
  readonly #numbers = new Map<string, number>()
  readonly #normaliser = new Normaliser()

  view(turns: Example['turns']): PlainView {
    const found = turns.map(({ role, text }) =>
      makeWords({ textStart: Int32Array.of(0, role === 'system' ? 0 : text.length), turns: 1, bytes: text }),
    )
    const length = found.reduce((sum, { start }) => sum + start.length, 0)
    const list = (): Uint32Array => new Uint32Array(length)
    const bytes = (): Uint8Array => new Uint8Array(length)
    const view = {
      ...{ word: list(), turn: list(), start: list(), end: list() },
      kind: bytes(),
      answer: bytes(),
    }
    let at = 0
    turns.forEach(({ role, text }, turn) => {
      const { start, end, kind } = found[turn] as (typeof found)[number]
      view.turn.fill(turn, at, at + start.length)
      view.answer.fill(role === 'assistant' ? 1 : 0, at, at + start.length)
      view.start.set(start, at)
      view.end.set(end, at)
      view.kind.set(kind, at)
      for (let w = 0; w < start.length; w++)
        view.word[at++] = this.#number(text, start[w] as number, end[w] as number)
    })
    return view
  }

  #number(text: Uint8Array, start: number, end: number): number {
    const { bytes, length } = this.#normaliser.normalise(text, start, end)
    // A dash and the sign of a number normalise alike, and mean different things.
    const own = length === 1 && bytes[0] === 0x2d ? text.subarray(start, end) : bytes.subarray(0, length)
    const word = Buffer.from(own).toString()
    const known = this.#numbers.get(word)
    if (known !== undefined) return known
    this.#numbers.set(word, this.#numbers.size)
    return this.#numbers.size - 1
  }
}

export function hasWords(view: PlainView, answer: 0 | 1): boolean {
  return view.answer.includes(answer)
}

/** Numbers of the words of the prompts, or of the answers. */
export function wordsOfPart({ word, answer }: PlainView, part: 0 | 1): Uint32Array {
  return word.filter((_, i) => answer[i] === part)
}

export function sameWords(a: Uint32Array, b: Uint32Array): boolean {
  return a.length === b.length && a.every((word, i) => word === b[i])
}

import { NO_WORD } from '../../text/cover.ts'
import { findGram } from '../../text/ngram-table.ts'
import type { PackedItems } from './items.ts'
import { SeedCollector } from './seeds.ts'
import type { SeedIndex } from './seeds.ts'
import { Verifier } from './verify.ts'
import type { Sighting } from './verify.ts'
import type { ExampleWords, TurnBounds } from './options-match.ts'

export interface AssayIndex {
  items: PackedItems
  seeds: SeedIndex
}

/** A sighting with where the right answer was seen. */
export interface Hit extends Sighting {
  /** Turn the answer's text stands in, −1 where it was not found. */
  answerTurn: number
  /** Words between the end of the match and the answer; 0 in the same place. */
  answerDistance: number
}

/** Words of one example, by turn: turn t is words [turnFrom[t], turnFrom[t + 1]) of `symbols`. */
export interface ExampleTurns extends ExampleWords {
  turns: number
  turnFrom: Int32Array
  /** Turn t is bytes [textFrom[t], textFrom[t + 1]). */
  textFrom: Int32Array
}

/** What is worth a place in the tally: shares of the question's words, and a second signal for the shortest. */
const LEAST = { cover: 0.45, density: 0.4, words: 7, options: 2 }

/** Called for every known pair of words; `run` is the number of known words in a row that end with it. */
export type PairListener = (at: number, run: number) => void

/** Finds the items in one example: seeds, candidates, a close look, the best sighting of each item. */
export class ExampleMatcher {
  looked = 0
  private readonly index: AssayIndex
  private readonly seeds: SeedCollector
  private readonly verifier: Verifier

  constructor(index: AssayIndex) {
    this.index = index
    this.seeds = new SeedCollector(index.seeds, index.items.count)
    this.verifier = new Verifier(index.items)
  }

  /** Best sighting of each item, items ascending. */
  match(example: ExampleTurns, onPair?: PairListener): Hit[] {
    const best = new Map<number, Hit>()
    for (let turn = 0; turn < example.turns; turn++) this.turn(example, turn, { best, onPair })
    return [...best.values()].sort((a, b) => a.item - b.item)
  }

  private turn(
    example: ExampleTurns,
    number: number,
    out: { best: Map<number, Hit>; onPair: PairListener | undefined },
  ): void {
    const from = example.turnFrom[number] as number
    const to = example.turnFrom[number + 1] as number
    this.seeds.startTurn(to - from)
    this.collect(example.symbols, from, to, out.onPair)
    for (const candidate of this.seeds.candidates) {
      this.looked++
      const sighting = this.verifier.look(candidate, example, turnBounds(example, number))
      if (!worthNoting(sighting)) continue
      const earlier = out.best.get(sighting.item)
      if (earlier !== undefined && strength(earlier) >= strength(sighting)) continue
      out.best.set(sighting.item, { ...sighting, ...this.answer(example, sighting) })
    }
  }

  private collect(symbols: Uint32Array, from: number, to: number, onPair: PairListener | undefined): void {
    const { pairs } = this.index.seeds
    let run = 1
    for (let w = from + 1; w < to; w++) {
      const known = symbols[w] !== NO_WORD && symbols[w - 1] !== NO_WORD
      const pair = known ? findGram(pairs, symbols, w - 1) : -1
      if (pair < 0) {
        run = 1
        continue
      }
      run++
      this.seeds.seed(pair, w - 1 - from)
      if (onPair !== undefined) onPair(w, run)
    }
  }

  /** Where the right option's text (or the answer's) stands after the question: the same turn, then later ones. */
  private answer(example: ExampleTurns, sighting: Sighting) {
    const { items } = this.index
    const field = items.answerField[sighting.item] as number
    const missing = { answerTurn: -1, answerDistance: 0 }
    if (field < 0) return missing
    const start = items.fieldWord[field] as number
    const count = (items.fieldWord[field + 1] as number) - start
    if (count === 0 || count > 40) return missing
    for (let turn = sighting.turn; turn < example.turns; turn++) {
      // In the question's own turn the options list itself is not an answer.
      const own = turn === sighting.turn
      const from = own ? sighting.to : (example.turnFrom[turn] as number)
      const end = (example.turnFrom[turn + 1] as number) - count
      // A word or two ("yes", "2 weeks") say something only where an answer begins.
      const until = count < 3 && !own ? Math.min(end, from + 12) : end
      for (let w = from; w <= until; w++) {
        if (equal(items.word, start, example.symbols, w, count)) {
          return { answerTurn: turn, answerDistance: w - (own ? sighting.to : from) }
        }
      }
    }
    return missing
  }
}

function equal(a: Uint32Array, at: number, b: Uint32Array, w: number, ...[count]: [number]): boolean {
  for (let i = 0; i < count; i++) if (a[at + i] !== b[w + i]) return false
  return true
}

export function turnBounds(example: ExampleTurns, number: number): TurnBounds {
  return {
    number,
    from: example.turnFrom[number] as number,
    to: example.turnFrom[number + 1] as number,
    byteFrom: example.textFrom[number] as number,
    byteTo: example.textFrom[number + 1] as number,
  }
}

/** Rough and generous: the verdict weighs words by the whole corpus, which one slice does not know. */
function worthNoting(sighting: Sighting): boolean {
  const { covered, questionWords, inserted } = sighting
  if (covered < LEAST.cover * questionWords) return false
  if (covered < LEAST.density * Math.max(questionWords, covered + inserted)) return false
  return covered >= LEAST.words || sighting.boundary !== 0 || sighting.optionsFound >= LEAST.options
}

/** Which of two sightings of one item to keep: covered words of the question, then options. */
function strength(sighting: Sighting): number {
  return sighting.covered / sighting.questionWords + sighting.optionsFound / (sighting.options + 1)
}

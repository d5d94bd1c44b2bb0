import type { PackedItems } from './items.ts'
import type { Links } from './links.ts'
import { SeedCollector } from './seed-collector.ts'
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
  match(example: ExampleTurns, links: Links): Hit[] {
    const best = new Map<number, Hit>()
    for (let turn = 0; turn < example.turns; turn++) this.turn(example, turn, { best, links })
    return best.size < 2 ? [...best.values()] : [...best.values()].sort((a, b) => a.item - b.item)
  }

  private turn(example: ExampleTurns, number: number, on: { best: Map<number, Hit>; links: Links }): void {
    const from = example.turnFrom[number] as number
    const to = example.turnFrom[number + 1] as number
    this.seeds.startTurn(to - from)
    const { place, at, turnSeed } = on.links
    this.seeds.collect(place, at, [turnSeed[number] as number, turnSeed[number + 1] as number, from])
    if (this.seeds.candidates.length === 0) return
    const bounds = turnBounds(example, number)
    for (const candidate of this.seeds.candidates) {
      this.looked++
      if (!this.verifier.glance(candidate, example, bounds)) continue
      const sighting = this.verifier.look(candidate, example, bounds)
      if (sighting === null) continue
      const earlier = on.best.get(sighting.item)
      if (earlier !== undefined && !stronger(sighting, earlier)) continue
      on.best.set(sighting.item, { ...sighting, ...this.answer(example, sighting) })
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
    const word = items.word.subarray(start, start + count)
    for (let turn = sighting.turn; turn < example.turns; turn++) {
      // In the question's own turn the options list itself is not an answer.
      const own = turn === sighting.turn
      const from = own ? sighting.to : (example.turnFrom[turn] as number)
      const end = (example.turnFrom[turn + 1] as number) - count
      // A word or two ("yes", "2 weeks") say something only where an answer begins.
      const until = count < 3 && !own ? Math.min(end, from + 12) : end
      for (let w = from; w <= until; w++) {
        if (equal(word, example.symbols, w)) {
          return { answerTurn: turn, answerDistance: w - (own ? sighting.to : from) }
        }
      }
    }
    return missing
  }
}

/** Do these words stand at w? */
function equal(wanted: Uint32Array, symbols: Uint32Array, w: number): boolean {
  for (let i = 0; i < wanted.length; i++) if (wanted[i] !== symbols[w + i]) return false
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

/** Which of two sightings of one item to keep: the stronger, then the one with fewer other words between. */
function stronger(sighting: Sighting, earlier: Sighting): boolean {
  const more = strength(sighting) - strength(earlier)
  return more > 0 || (more === 0 && sighting.inserted < earlier.inserted)
}

/** Covered words of the question, then options. */
function strength(sighting: Sighting): number {
  return sighting.covered / sighting.questionWords + sighting.optionsFound / (sighting.options + 1)
}

import { CONSTANTS } from '../../text/kernels/layouts.ts'
import { rowText } from './gaps.ts'
import type { PackedItems } from './items.ts'
import { Verifier } from './verify.ts'
import type { Candidate, Sighting } from './verify.ts'
import type { ExampleWords, TurnBounds } from './options-match.ts'

const { CANDIDATE } = CONSTANTS

/** Words of a reply among which an answer of a word or two is taken for one; farther on it must be announced. */
const OPENING_WORDS = 12
const ANNOUNCING: ReadonlySet<string> = new Set(['answer', 'answers', 'ans', 'a', 'back', 'solution', 'key'])
const ANNOUNCED_WITHIN = 3

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

/** Candidates as `ItemLinks` lists them: those from number `from` to number `to` lie in an example that begins with turn `firstTurn`. */
export interface Candidates {
  list: Uint32Array
  from: number
  to: number
  firstTurn: number
}

/** Finds the items in one example: a glance at each candidate, a close look at some, the best sighting of each item. */
export class ExampleMatcher {
  private readonly items: PackedItems
  private readonly verifier: Verifier

  constructor(items: PackedItems) {
    this.items = items
    this.verifier = new Verifier(items)
  }

  /** Best sighting of each item, items ascending. */
  match(example: ExampleTurns, { list, from, to, firstTurn }: Candidates): Hit[] {
    const best = new Map<number, Hit>()
    let turn: TurnBounds | null = null
    for (let at = from * CANDIDATE; at < to * CANDIDATE; at += CANDIDATE) {
      const number = (list[at] as number) - firstTurn
      if (turn?.number !== number) turn = turnBounds(example, number)
      const item = list[at + 1] as number
      this.candidate(example, turn, {
        best,
        candidate: { item, first: list[at + 2] as number, last: list[at + 3] as number },
      })
    }
    return best.size < 2 ? [...best.values()] : [...best.values()].sort((a, b) => a.item - b.item)
  }

  private candidate(
    example: ExampleTurns,
    turn: TurnBounds,
    { best, candidate }: { best: Map<number, Hit>; candidate: Candidate },
  ): void {
    if (!this.verifier.glance(candidate, example, turn)) return
    const sighting = this.verifier.look(candidate, example, turn)
    if (sighting === null) return
    const earlier = best.get(sighting.item)
    if (earlier !== undefined && !stronger(sighting, earlier)) return
    best.set(sighting.item, { ...sighting, ...this.answer(example, sighting) })
  }

  /** Where the right option's text (or the answer's) stands after the question: the same turn, then later ones. */
  private answer(example: ExampleTurns, sighting: Sighting) {
    const { items } = this
    const field = items.answerField[sighting.item] as number
    const missing = { answerTurn: -1, answerDistance: 0 }
    if (field < 0) return missing
    const start = items.fieldWord[field] as number
    const count = (items.fieldWord[field + 1] as number) - start
    if (count === 0 || count > 40) return missing
    const word = items.word.subarray(start, start + count)
    for (let turn = sighting.turn; turn < example.turns; turn++) {
      const own = turn === sighting.turn
      // In the question's own turn a list of options is no answer; one of them alone may be.
      const alone = own && sighting.optionsFound === 1 && sighting.otherOptions < 2
      const from = alone ? sighting.questionTo : own ? sighting.to : (example.turnFrom[turn] as number)
      const turnEnd = example.turnFrom[turn + 1] as number
      for (let w = from; w + count <= turnEnd; w++) {
        if (!equal(word, example.symbols, w)) continue
        const last = w + count === turnEnd
        // A word or two ("yes", "2 weeks") say something only where an answer begins.
        const begins = alone ? last : own || count >= 3 || w <= from + OPENING_WORDS
        if (begins || this.isAnnounced(example, from, w)) {
          return { answerTurn: turn, answerDistance: w - from }
        }
      }
    }
    return missing
  }

  /** Does "Answer:" or the like stand before word w, with a label between at most? */
  private isAnnounced(example: ExampleTurns, from: number, w: number): boolean {
    for (let before = w - 1; before >= Math.max(from, w - ANNOUNCED_WITHIN); before--)
      if (ANNOUNCING.has(rowText(this.items, example, before))) return true
    return false
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

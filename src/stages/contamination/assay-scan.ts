import { ROLE_CODE } from '../../core/example.ts'
import { CONSTANTS } from '../../text/kernels/layouts.ts'
import { turnBounds } from './example-words.ts'
import type { ExampleTurns, TurnBounds } from './example-words.ts'
import { rowText } from './gaps.ts'
import type { PackedItems } from './items.ts'
import { partsWith } from './joined.ts'
import type { JoinedTurns } from './joined.ts'
import { listedBehind } from './reply-options.ts'
import type { Listed } from './reply-options.ts'
import { equal, isTold } from './told.ts'
import { Verifier } from './verify.ts'
import type { Sighting } from './verify.ts'

const { CANDIDATE } = CONSTANTS

/** Turns behind the question in which its answer is looked for: one that comes later answers something else. */
const ANSWERING_TURNS = 16
/** Words of a reply among which an answer of a word or two is taken for one; farther on it must be announced. */
const OPENING_WORDS = 12
const ANNOUNCING: ReadonlySet<string> = new Set(['answer', 'answers', 'ans', 'a', 'back', 'solution', 'key'])
const ANNOUNCED_WITHIN = 3
/** An answer of more words is not looked for. */
const LONGEST_ANSWER = 40
/** A question may be told as a statement from this share of its words on: "which of the following" falls away. */
const LEAST_TOLD = 0.5

/** A sighting with where the right answer was seen. */
export interface Hit extends Sighting {
  /** 0 where one turn holds it; else one of `ORDER`, in which several were read as one text. */
  joined: number
  /** Turn the answer's text stands in, −1 where it was not found. */
  answerTurn: number
  /** Words between the end of the match and the answer; 0 in the same place. */
  answerDistance: number
  /** Question and answer are told in one sentence, which says nothing else. */
  told: boolean
  /** Turn in which the options were found where it is not the question's own place; −1 elsewhere. */
  optionsTurn: number
}

/** A hit in several turns, with the role of the last of them that asks. */
export interface JoinedHit extends Hit {
  role: number
}

/** The example whose turns were joined, their roles, and the number of the order. */
interface Whole {
  example: ExampleTurns
  role: Uint8Array
  order: number
}

/** The rest of the turn a question stands in: the answer may follow it there, up to word `to`. */
interface Own {
  words: ExampleTurns
  turn: number
  to: number
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
  match(example: ExampleTurns, candidates: Candidates): Hit[] {
    return this.best(example, candidates, (sighting) => {
      const turn = sighting.turn
      const own = { words: example, turn, to: example.turnFrom[turn + 1] as number }
      return this.withReply(sighting, 0, own, example)
    })
  }

  /** The same in several turns of an example read as one text: items that stand in at least two of them. */
  matchJoined(joined: JoinedTurns, candidates: Candidates, { example, role, order }: Whole): JoinedHit[] {
    return this.best(joined, candidates, (sighting) => {
      const parts = partsWith(joined, this.verifier.partner, this.verifier.options)
      if (parts.length < 2) return null
      const last = parts.at(-1) as number
      const turns = parts.map((part) => joined.turnOf[part] as number).sort((a, b) => a - b)
      const seen = { ...sighting, turn: turns.at(-1) as number }
      const own = {
        words: joined,
        turn: joined.turnOf[last] as number,
        to: joined.partFrom[last + 1] as number,
      }
      // An item the assistant tells part of is still asked by the other side.
      const asked = turns.filter((turn) => role[turn] !== ROLE_CODE.assistant)
      const asking = role[asked.at(-1) ?? seen.turn] as number
      return { ...this.withReply(seen, order, own, example), role: asking }
    })
  }

  /** The hit a sighting is, with its options where only a reply lists them, and with its answer. */
  private withReply(sighting: Sighting, joined: number, own: Own, example: ExampleTurns): Hit {
    const listed = listedBehind(this.verifier, sighting, example)
    const seen = listed === null ? sighting : { ...sighting, ...listed.options }
    const answer = this.answer({ ...sighting, listed }, own, example)
    return { ...seen, joined, ...answer, optionsTurn: listed?.turn ?? -1 }
  }

  private best<Made extends Hit>(
    example: ExampleTurns,
    { list, from, to, firstTurn }: Candidates,
    made: (sighting: Sighting) => Made | null,
  ): Made[] {
    const best = new Map<number, Made>()
    let turn: TurnBounds | null = null
    for (let at = from * CANDIDATE; at < to * CANDIDATE; at += CANDIDATE) {
      const number = (list[at] as number) - firstTurn
      if (turn?.number !== number) turn = turnBounds(example, number)
      const candidate = {
        item: list[at + 1] as number,
        first: list[at + 2] as number,
        last: list[at + 3] as number,
      }
      if (!this.verifier.glance(candidate, example, turn)) continue
      const sighting = this.verifier.look(candidate, example, turn)
      if (sighting === null) continue
      const earlier = best.get(sighting.item)
      if (earlier !== undefined && !stronger(sighting, earlier)) continue
      const hit = made(sighting)
      if (hit !== null) best.set(sighting.item, hit)
    }
    return best.size < 2 ? [...best.values()] : [...best.values()].sort((a, b) => a.item - b.item)
  }

  /** Where the right option's text (or the answer's) stands after the question: the same turn, then later ones. */
  private answer(sighting: Sighting & { listed: Listed | null }, own: Own, example: ExampleTurns) {
    const missing = { answerTurn: -1, answerDistance: 0, told: false }
    const word = this.answerOf(sighting.item)
    if (word === null) return missing
    // Of what several turns tell together, question and answer stand in different ones.
    if (own.words === example && this.isTold(sighting, word, example))
      return { answerTurn: sighting.turn, answerDistance: 0, told: true }
    // In the question's own turn a list of options is no answer; one of them alone may be.
    const alone = sighting.optionsFound === 1 && sighting.otherOptions < 2
    const places = [{ ...own, from: Math.min(own.to, alone ? sighting.questionTo : sighting.to), alone }]
    const end = Math.min(example.turns, sighting.turn + 1 + ANSWERING_TURNS)
    for (let turn = sighting.turn + 1; turn < end; turn++) {
      const [from, to] = [example.turnFrom[turn] as number, example.turnFrom[turn + 1] as number]
      places.push({ words: example, turn, from, to, alone: false })
    }
    const { listed } = sighting
    for (const [number, { words, turn, from, to, alone }] of places.entries()) {
      for (let w = from; w + word.length <= to; w++) {
        if (!equal(word, words.symbols, w)) continue
        // A word or two ("yes", "2 weeks") say something only where an answer begins.
        const says = number === 0 || word.length >= 3 || w <= from + OPENING_WORDS
        const free = says && !(listed?.turn === turn && w >= listed.from && w < listed.to)
        if ((alone ? w + word.length === to : free) || this.isAnnounced(words, from, w))
          return { answerTurn: turn, answerDistance: w - from, told: false }
      }
    }
    return missing
  }

  /** A sentence that lists options tells none of them. */
  private isTold(sighting: Sighting, answer: Uint32Array, words: ExampleTurns) {
    const { covered, questionWords, optionsFound, turn } = sighting
    if (covered < LEAST_TOLD * questionWords || optionsFound > 1) return false
    const { partner } = this.verifier
    return isTold(this.items, answer, { words, turn: turnBounds(words, turn), partner })
  }

  /** Words of an item's answer; null where it has none, or too many to be looked for. */
  private answerOf(item: number): Uint32Array | null {
    const { answerField, fieldWord, word } = this.items
    const field = answerField[item] as number
    if (field < 0) return null
    const [start, end] = [fieldWord[field] as number, fieldWord[field + 1] as number]
    return end === start || end - start > LONGEST_ANSWER ? null : word.subarray(start, end)
  }

  /** Does "Answer:" or the like stand before word w, with a label between at most? */
  private isAnnounced(example: ExampleTurns, from: number, w: number): boolean {
    for (let before = w - 1; before >= Math.max(from, w - ANNOUNCED_WITHIN); before--)
      if (ANNOUNCING.has(rowText(this.items, example, before))) return true
    return false
  }
}

/** Which of two sightings of one item to keep: the stronger, then the one with fewer other words between. */
export function stronger(sighting: Sighting, earlier: Sighting): boolean {
  const more = strength(sighting) - strength(earlier)
  return more > 0 || (more === 0 && sighting.inserted < earlier.inserted)
}

/** Covered words of the question, then options. */
function strength(sighting: Sighting): number {
  return sighting.covered / sighting.questionWords + sighting.optionsFound / (sighting.options + 1)
}

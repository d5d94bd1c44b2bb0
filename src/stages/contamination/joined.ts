import { ROLE_CODE } from '../../core/example.ts'
import type { ExampleTurns } from './example-words.ts'
import type { OptionMatcher } from './options-match.ts'

/** Between two turns of a joined text: a blank line. */
const BETWEEN = Uint8Array.of(10, 10)
/** So many words of the question in a row, or so many options, are a part of the item. */
const LEAST_PART = { run: 3, options: 2 }
/** From this many turns on that are neither the assistant's nor the system's, a conversation is told in order. */
const TOLD_IN_ORDER = 3

/** Turns of one example as one text, each a part of it. */
export interface JoinedTurns extends ExampleTurns {
  /** Number of the turn that each part is. */
  turnOf: readonly number[]
  /** Part p is words [partFrom[p], partFrom[p + 1]), and its turn's bytes begin at byteFrom[p]. */
  partFrom: readonly number[]
  byteFrom: readonly number[]
}

/** Orders in which several turns are read as one text, by the number a hit carries; 0 is one turn alone. */
export const ORDER = { asking: 1, exchanged: 2, all: 3 } as const

/**
 * The turns of an order, null where it is none of its own. `asking`: all that are not the assistant's. `exchanged`: the
 * same with the last two exchanged, where there are no more than two beside the system's: a question may stand before
 * its case. `all`: up to the last of them, with what the assistant said between: it may be the one who tells the case.
 */
export function turnsOf(order: number, roles: ArrayLike<number>): number[] | null {
  const asking: number[] = []
  let told = 0
  for (let turn = 0; turn < roles.length; turn++) {
    if (roles[turn] === ROLE_CODE.assistant) continue
    asking.push(turn)
    if (roles[turn] !== ROLE_CODE.system) told++
  }
  const last = asking.pop()
  if (last === undefined) return null
  if (order === ORDER.all) {
    if (last === asking.length) return null
    return Array.from({ length: last + 1 }, (_, turn) => turn)
  }
  if (asking.length === 0) return null
  if (order === ORDER.asking) return [...asking, last]
  return told >= TOLD_IN_ORDER ? null : [...asking.slice(0, -1), last, asking.at(-1) as number]
}

/**
 * The orders in which parts of an item may stand in several turns. A case is long enough for a row of grams (`longest`
 * as `ItemLinks` has it); a question of a few words and its options need not be, but the system asks none.
 */
export function ordersWorth(roles: Uint8Array, longest: Uint32Array): number[] {
  let [parts, linked, said, all] = [0, 0, 0, false]
  for (let turn = 0; turn < roles.length; turn++) {
    const links = (longest[turn] as number) > 0
    if (roles[turn] === ROLE_CODE.assistant) {
      if (links) said++
      continue
    }
    if (links) linked++
    if (links || roles[turn] !== ROLE_CODE.system) parts++
    if (said > 0 && roles[turn] !== ROLE_CODE.system) all = true
  }
  const asking = parts >= 2 && linked >= 1 ? [ORDER.asking, ORDER.exchanged] : []
  return all ? [...asking, ORDER.all] : asking
}

/** These turns as one text. */
export function joinTurns(example: ExampleTurns, turnOf: readonly number[]): JoinedTurns {
  const { first, turnFrom, textFrom } = example
  const size = (from: Int32Array, turn: number) => (from[turn + 1] as number) - (from[turn] as number)
  const words = turnOf.reduce((sum, turn) => sum + size(turnFrom, turn), 0)
  const length = turnOf.reduce((sum, turn) => sum + size(textFrom, turn) + BETWEEN.length, -BETWEEN.length)
  const joined = {
    ...{ symbols: new Uint32Array(words), start: new Int32Array(words), end: new Int32Array(words) },
    ...{ kind: new Uint8Array(words), bytes: new Uint8Array(length), first: 0, turns: 1 },
    ...{ turnFrom: Int32Array.of(0, words), textFrom: Int32Array.of(0, length) },
  }
  const [partFrom, byteFrom] = [[0], [] as number[]]
  let [word, byte] = [0, 0]
  for (const turn of turnOf) {
    if (byteFrom.length > 0) joined.bytes.set(BETWEEN, byte - BETWEEN.length)
    const [from, to] = [turnFrom[turn] as number, turnFrom[turn + 1] as number]
    const text = textFrom[turn] as number
    joined.bytes.set(example.bytes.subarray(text, textFrom[turn + 1]), byte)
    joined.symbols.set(example.symbols.subarray(from, to), word)
    joined.kind.set(example.kind.subarray(first + from, first + to), word)
    for (let w = from; w < to; w++) {
      joined.start[word] = (example.start[first + w] as number) - text + byte
      joined.end[word++] = (example.end[first + w] as number) - text + byte
    }
    byteFrom.push(byte)
    partFrom.push(word)
    byte += size(textFrom, turn) + BETWEEN.length
  }
  return { ...joined, turnOf, partFrom, byteFrom }
}

/** The part word w lies in. */
export function partOf({ partFrom }: JoinedTurns, w: number): number {
  let [part, end] = [0, partFrom.length - 1]
  while (end - part > 1) {
    const middle = (part + end) >>> 1
    if (w >= (partFrom[middle] as number)) part = middle
    else end = middle
  }
  return part
}

/** The parts in which some of the item stands: some words of its question in a row, or some of its options. */
export function partsWith(joined: JoinedTurns, partner: readonly number[], options: OptionMatcher): number[] {
  // A conversation may have thousands of turns, an item stands in a few of them.
  const longest = new Map<number, number>()
  const listed = new Map<number, number>()
  let run = 0
  partner.forEach((w, q) => {
    if (w < 0) return
    const part = partOf(joined, w)
    run = q > 0 && partner[q - 1] === w - 1 && w > (joined.partFrom[part] as number) ? run + 1 : 1
    longest.set(part, Math.max(longest.get(part) ?? 0, run))
  })
  for (const w of options.at) {
    if (w < 0) continue
    const part = partOf(joined, w)
    listed.set(part, (listed.get(part) ?? 0) + 1)
  }
  const holds = (part: number) =>
    (longest.get(part) ?? 0) >= LEAST_PART.run || (listed.get(part) ?? 0) >= LEAST_PART.options
  return [...new Set([...longest.keys(), ...listed.keys()])].filter(holds).sort((a, b) => a - b)
}

import { gramHash } from '../../text/gram-filter.ts'
import { shared } from '../../text/shared.ts'
import type { Texts } from '../../text/ngram-table.ts'

/** Constants of the published rule: an 8-gram in common, blocks of 5 symbols and more, half of the item. */
export const SWISS = { gram: 8, block: 5, ratio: 0.5 } as const

/** Hashes of the 5-grams of the items: item i has symbols [start[i], start[i + 1]), hash[j] is of the one at symbol j. */
export interface SwissBound {
  start: Int32Array
  hash: Int32Array
}

export function boundOf({ start, symbols }: Texts): SwissBound {
  const hash = shared(Int32Array, symbols.length)
  for (let item = 0; item < start.length - 1; item++) {
    const end = (start[item + 1] as number) - SWISS.block
    for (let at = start[item] as number; at <= end; at++) hash[at] = gramHash(symbols, at, SWISS.block)
  }
  return { start, hash }
}

/** Which hashes a turn holds; some it does not hold seem to be there, which only costs time. */
export interface Presence {
  has(hash: number): boolean
}

/**
 * May an item reach the ratio in the turn? A block that counts has 5 symbols and more, and the turn holds each of its
 * 5-grams; so blocks cover no more than these 5-grams do. Stops as soon as the rest of the item would not be enough.
 */
export function mayReach({ start, hash }: SwissBound, item: number, turn: Presence): boolean {
  const first = start[item] as number
  const end = start[item + 1] as number
  const wanted = (end - first) * SWISS.ratio
  let covered = 0
  let done = first
  for (let at = first; at + SWISS.block <= end; at++) {
    if (turn.has(hash[at] as number)) {
      covered += at + SWISS.block - Math.max(done, at)
      done = at + SWISS.block
    } else if (covered + end - Math.max(done, at + 1) < wanted) return false
  }
  return covered >= wanted
}

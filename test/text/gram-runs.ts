import { gramHash } from '../../src/text/gram-filter.ts'
import type { GramFilter } from '../../src/text/gram-filter.ts'

/** May the gram at symbols [at, at + n) stand in the texts? As the kernel asks it, for one gram alone. */
export function mayHold({ bits, shift, n }: GramFilter, symbols: Uint32Array, at: number): boolean {
  const hash = gramHash(symbols, at, n)
  const bit = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b) >>> shift
  return ((bits[bit >>> 5]! >>> (bit & 31)) & 1) === 1
}

/** Per symbol: how many grams in a row, up to the one that ends there, may stand in the texts; gram by gram. */
export function slowRuns(filter: GramFilter, symbols: Uint32Array): number[] {
  const run: number[] = []
  for (let i = 0; i < symbols.length; i++) {
    const at = i - filter.n + 1
    run.push(at >= 0 && mayHold(filter, symbols, at) ? (run[i - 1] ?? 0) + 1 : 0)
  }
  return run
}

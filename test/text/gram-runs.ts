import { mayHold } from '../../src/text/gram-filter.ts'
import type { GramFilter } from '../../src/text/gram-filter.ts'

/** Per symbol: how many grams in a row, up to the one that ends there, may stand in the texts; gram by gram. */
export function slowRuns(filter: GramFilter, symbols: Uint32Array): number[] {
  const run: number[] = []
  for (let i = 0; i < symbols.length; i++) {
    const at = i - filter.n + 1
    run.push(at >= 0 && mayHold(filter, symbols, at) ? (run[i - 1] ?? 0) + 1 : 0)
  }
  return run
}

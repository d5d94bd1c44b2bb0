import type { JsonObject } from '../../core/json.ts'
import type { ReduceContext } from '../../core/stage.ts'
import type { Rows } from './rows.ts'

/** Tokens of every row of the corpus by tokenizer, where the run counted them for all of its rows. */
export async function readRowTokens(
  context: Pick<ReduceContext, 'rowFigures'>,
  count: number,
): Promise<Map<string, Uint32Array>> {
  const tokens = new Map<string, Uint32Array>()
  const filled = new Map<string, number>()
  for await (const figures of context.rowFigures()) {
    for (const [name, values] of Object.entries(figures)) {
      const all = tokens.get(name) ?? new Uint32Array(count)
      const at = filled.get(name) ?? 0
      if (at + values.length > count) continue
      all.set(values, at)
      tokens.set(name, all)
      filled.set(name, at + values.length)
    }
  }
  for (const [name, rows] of filled) if (rows !== count) tokens.delete(name)
  return tokens
}

/** Sums by tokenizer; absent, not empty, where no tokens were counted. */
export interface TokenSums {
  tokens?: Record<string, number>
}

/** Adds the tokens of a row to a sum, by every tokenizer. */
export function addTokens(sums: TokenSums, { tokens }: Rows, row: number): void {
  for (const [name, counts] of tokens) {
    sums.tokens ??= {}
    sums.tokens[name] = (sums.tokens[name] ?? 0) + (counts[row] as number)
  }
}

/** Zero of every tokenizer: a component without duplicates says 0, not nothing. */
export function noTokens({ tokens }: Rows): TokenSums & JsonObject {
  return tokens.size === 0 ? {} : { tokens: Object.fromEntries([...tokens.keys()].map((name) => [name, 0])) }
}

import type { Resources } from '../core/stage.ts'
import { openTokenizer, prepareTokenizer } from '../text/tokenizer/tokenizer.ts'
import type { Tokenizer } from '../text/tokenizer/tokenizer.ts'

/** Counts of one text by tokenizer name. */
export type TokenCounter = (text: Uint8Array) => Record<string, number>

/** A counter over the tokenizers that can be had now; one that cannot be loaded is left out and `warn` told why. */
export async function tokenCounter(
  names: readonly string[],
  resources: Resources,
  warn: (message: string) => void,
): Promise<TokenCounter> {
  const tokenizers: { name: string; tokenizer: Tokenizer }[] = []
  for (const name of names) {
    try {
      tokenizers.push({ name, tokenizer: await openTokenizer(await prepareTokenizer(name, resources)) })
    } catch (error) {
      warn(`Tokens by ${name} are not shown: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return (text) =>
    Object.fromEntries(tokenizers.map(({ name, tokenizer }) => [name, tokenizer.count(text, 0, text.length)]))
}

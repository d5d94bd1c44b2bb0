import type { SplitRule } from './split.ts'

const CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
const SPACES = '\\s+(?!\\S)|\\s+'
const UPPERS = '[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]'
const LOWERS = '[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]'
const PREFIX = '[^\\r\\n\\p{L}\\p{N}]?'

export const GPT2_PATTERN = `'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|${SPACES}`
/** Llama 3; also OLMo 2 and the tokenizer.json form of cl100k_base. */
export const LLAMA3_PATTERN = cl100k('\\p{N}{1,3}')
/** Qwen 2, 2.5 and 3. */
export const QWEN2_PATTERN = cl100k('\\p{N}')
export const O200K_PATTERN = o200k(`${CONTRACTIONS}?`, '\\p{N}{1,3}')
/** Mistral's Tekken, and so Apertus. */
export const TEKKEN_PATTERN = o200k('', '\\p{N}')
/** cl100k_base as tiktoken first published it. */
const CL100K_PATTERN = `(?i:'s|'t|'re|'ve|'m|'ll|'d)|${PREFIX}\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]|${SPACES}`

/** Split patterns with a hand-written pre-tokenizer, by the exact text of the regular expression. */
export const KNOWN_PATTERNS: ReadonlyMap<string, SplitRule> = new Map<string, SplitRule>([
  [GPT2_PATTERN, { family: 'gpt2', digits: 0, contractions: true }],
  [LLAMA3_PATTERN, { family: 'cl100k', digits: 3, contractions: true }],
  [CL100K_PATTERN, { family: 'cl100k', digits: 3, contractions: true }],
  [QWEN2_PATTERN, { family: 'cl100k', digits: 1, contractions: true }],
  [O200K_PATTERN, { family: 'o200k', digits: 3, contractions: true }],
  [o200k(`${CONTRACTIONS}?`, '\\p{N}'), { family: 'o200k', digits: 1, contractions: true }],
  [TEKKEN_PATTERN, { family: 'o200k', digits: 1, contractions: false }],
  [o200k('', '\\p{N}{1,3}'), { family: 'o200k', digits: 3, contractions: false }],
])

function cl100k(digits: string): string {
  return `${CONTRACTIONS}|${PREFIX}\\p{L}+|${digits}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|${SPACES}`
}

function o200k(suffix: string, digits: string): string {
  const words = `${PREFIX}${UPPERS}*${LOWERS}+${suffix}|${PREFIX}${UPPERS}+${LOWERS}*${suffix}`
  return `${words}|${digits}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|${SPACES}`
}

import { AuditError } from '../../core/error.ts'
import { closest } from '../../core/closest.ts'
import type { JsonObject } from '../../core/json.ts'

export interface TokenOptions {
  /** As the pipeline names them: o200k_base, cl100k_base, hf:ORG/NAME[@REVISION], file:PATH, registry names. */
  tokenizers: readonly string[]
  /** Training sequence lengths to measure examples against, ascending. */
  sequenceLengths: readonly number[]
  /** Those of `tokenizers` whose chat template is rendered around every example, too. */
  chatTemplates: readonly string[]
}

const MOST_TOKENIZERS = 16

export const OPTIONS_SCHEMA: JsonObject = {
  type: 'object',
  additionalProperties: false,
  properties: {
    tokenizers: {
      description:
        'o200k_base, cl100k_base, hf:ORG/NAME[@REVISION], file:PATH, or a name of data/tokenizers.yaml',
      type: 'array',
      items: { type: 'string', minLength: 1 },
      minItems: 1,
      maxItems: MOST_TOKENIZERS,
      uniqueItems: true,
      default: ['o200k_base'],
    },
    sequenceLengths: {
      description: 'Training sequence lengths: how many examples and tokens go beyond them',
      type: 'array',
      items: { type: 'integer', minimum: 1 },
      uniqueItems: true,
      default: [4096],
    },
    chatTemplates: {
      description:
        'Those of the tokenizers whose chat template is rendered around every example as well (slow)',
      type: 'array',
      items: { type: 'string', minLength: 1 },
      uniqueItems: true,
      default: [],
    },
  },
}

/** @throws AuditError PIPELINE_INVALID naming the key that is unknown or wrong. */
export function readOptions(options: JsonObject): TokenOptions {
  const known = ['tokenizers', 'sequenceLengths', 'chatTemplates']
  for (const key of Object.keys(options)) {
    if (known.includes(key)) continue
    const near = closest(key, known)
    throw wrong(`stages.tokens.${key}`, `one of ${known.join(', ')}`, 'an unknown key', near)
  }
  const tokenizers = texts(options['tokenizers'] ?? ['o200k_base'], 'tokenizers')
  if (tokenizers.length === 0 || tokenizers.length > MOST_TOKENIZERS)
    throw wrong('stages.tokens.tokenizers', `1 to ${MOST_TOKENIZERS} tokenizers`, `${tokenizers.length}`)
  const chatTemplates = texts(options['chatTemplates'] ?? [], 'chatTemplates')
  const stray = chatTemplates.find((name) => !tokenizers.includes(name))
  if (stray !== undefined) {
    const near = closest(stray, tokenizers)
    throw wrong('stages.tokens.chatTemplates', 'names that stand in tokenizers, too', stray, near)
  }
  return { tokenizers, sequenceLengths: lengths(options['sequenceLengths'] ?? [4096]), chatTemplates }
}

function texts(value: unknown, key: string): string[] {
  const ok = Array.isArray(value) && value.every((item) => typeof item === 'string' && item !== '')
  if (!ok || new Set(value).size !== value.length)
    throw wrong(`stages.tokens.${key}`, 'a list of different names', JSON.stringify(value))
  return value as string[]
}

function lengths(value: unknown): number[] {
  const ok = Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && (item as number) > 0)
  if (!ok) throw wrong('stages.tokens.sequenceLengths', 'a list of positive integers', JSON.stringify(value))
  return [...new Set(value as number[])].sort((a, b) => a - b)
}

function wrong(where: string, expected: string, got: string, near: string | null = null): AuditError {
  return new AuditError('PIPELINE_INVALID', {
    what: 'wrong option of the tokens stage',
    where,
    expected,
    got,
    ...(near === null ? {} : { fix: `did you mean ${near}?` }),
  })
}

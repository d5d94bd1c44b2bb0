import { closest } from '../../core/closest.ts'
import { AuditError } from '../../core/error.ts'
import type { JsonObject } from '../../core/json.ts'

export interface DuplicateOptions {
  /** Least part of the longer view that must be aligned words. */
  alignedRatio: number
  /** Least word-5-gram Jaccard at which the exact join proposes a pair. */
  jaccard: number
  /** Words of a passage shared between otherwise different examples. */
  passageWords: number
  /** Most words of a corpus the exact join holds in memory; near-duplicates of a larger one are found by MinHash. */
  joinWords: number
}

export const DEFAULTS: DuplicateOptions = {
  alignedRatio: 0.75,
  jaccard: 0.5,
  passageWords: 50,
  joinWords: 200_000_000,
}

const number = (minimum: number, maximum: number, description: string): JsonObject => ({
  type: 'number',
  minimum,
  maximum,
  description,
})

export const OPTIONS_SCHEMA: JsonObject = {
  type: 'object',
  additionalProperties: false,
  properties: {
    alignedRatio: number(0.6, 1, 'Least part of the longer view that must be aligned words'),
    jaccard: number(0.5, 1, 'Least word-5-gram Jaccard at which the exact join proposes a pair'),
    passageWords: number(50, 10_000, 'Least words of a shared passage'),
    joinWords: number(
      0,
      1_000_000_000,
      'Most words the exact join holds in memory; near-duplicates of a larger corpus are found by MinHash',
    ),
  },
}

/** @throws AuditError PIPELINE_INVALID naming the key. */
export function parseOptions(given: JsonObject): DuplicateOptions {
  const properties = OPTIONS_SCHEMA['properties'] as Readonly<Record<string, JsonObject>>
  const options: Record<string, number> = { ...DEFAULTS }
  for (const [key, value] of Object.entries(given)) {
    const property = properties[key]
    const where = `stages.duplicates.${key}`
    if (property === undefined) {
      const near = closest(key, Object.keys(properties))
      throw new AuditError('PIPELINE_INVALID', {
        what: `unknown option ${key}`,
        where,
        ...(near === null ? {} : { fix: `did you mean ${near}?` }),
      })
    }
    const [minimum, maximum] = [Number(property['minimum']), Number(property['maximum'])]
    if (typeof value !== 'number' || !(value >= minimum && value <= maximum)) {
      throw new AuditError('PIPELINE_INVALID', {
        what: 'an option is out of range',
        where,
        expected: `a number from ${minimum} to ${maximum}`,
        got: JSON.stringify(value),
      })
    }
    options[key] = value
  }
  return options as unknown as DuplicateOptions
}

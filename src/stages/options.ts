import { z } from 'zod'
import { closest } from '../core/closest.ts'
import { AuditError } from '../core/error.ts'
import type { JsonObject } from '../core/json.ts'

/**
 * Validates the options of a stage and fills in defaults.
 * @throws AuditError PIPELINE_INVALID naming the unknown or wrong key and the closest valid one.
 */
export function readOptions<Shape extends z.ZodRawShape>(
  stage: string,
  schema: z.ZodObject<Shape>,
  options: JsonObject,
): z.output<z.ZodObject<Shape>> {
  const result = schema.safeParse(options)
  if (result.success) return result.data
  const unknown = result.error.issues.find((issue) => issue.code === 'unrecognized_keys')
  const issue = unknown ?? result.error.issues[0]!
  const key = ['stages', stage, ...issue.path].join('.')
  if (issue.code !== 'unrecognized_keys') {
    throw new AuditError('PIPELINE_INVALID', { what: `option "${key}" is not valid`, got: issue.message })
  }
  const name = issue.keys[0]!
  const valid = Object.keys(schema.shape)
  const near = closest(name, valid)
  throw new AuditError('PIPELINE_INVALID', {
    what: `unknown option "${name}"`,
    where: key,
    expected: `one of ${valid.join(', ')}`,
    ...(near === null ? {} : { fix: `did you mean "${near}"?` }),
  })
}

/** JSON Schema of a stage's options, for editors. */
export function optionsSchema(schema: z.ZodObject): JsonObject {
  const whole = z.toJSONSchema(schema, { io: 'input' })
  const entries = Object.entries(whole).filter(([key]) => key !== '$schema' && !key.startsWith('~'))
  return Object.fromEntries(entries) as unknown as JsonObject
}

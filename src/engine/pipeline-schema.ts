import { z } from 'zod'
import { ROLES } from '../core/example.ts'
import type { JsonObject } from '../core/json.ts'
import type { StageDefinition } from '../core/stage.ts'

const name = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/,
    'letters, digits, ".", "_" and "-", at most 100, starting with a letter or digit',
  )
const text = z.string().min(1).max(4096)
const role = z.enum(ROLES)

const shape = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('turns'),
    column: text,
    more: z.array(text).min(1).max(64).optional(),
    roleField: text,
    contentField: text,
    roles: z.record(z.string(), role).optional(),
  }),
  z.strictObject({
    kind: z.literal('columns'),
    columns: z
      .array(z.strictObject({ column: text, role }))
      .min(1)
      .max(64),
  }),
  z.strictObject({ kind: z.literal('text'), column: text }),
])

/** The keys of a pipeline file. Stage options are checked by each stage itself. */
export const pipelineSchema = z.strictObject({
  name: name.describe('Name of the audit; the report goes to reports/<name>'),
  source: text.describe('hf://datasets/ORG/NAME[@REVISION]/GLOB, ORG/NAME, or a local path or glob'),
  against: text.optional().describe('A second corpus that rows are compared with, named like a source'),
  components: z
    .record(z.string().min(1).max(200), z.union([text, z.array(text).min(1).max(1000)]))
    .optional()
    .describe('Component name → glob(s) relative to the source root'),
  shape: shape.optional().describe('How a row becomes turns; only when it is not recognised by itself'),
  columns: z
    .strictObject({ id: text.optional(), source: text.optional() })
    .optional()
    .describe('Names of the columns that hold the declared id and the declared source'),
  stages: z.record(z.string(), z.record(z.string(), z.json()).nullable()).describe('Stage name → options'),
  claims: text.optional().describe('Claim file'),
  formats: z.array(z.string().min(1).max(100)).max(100).optional().describe('Report formats'),
  suppressions: text.optional().describe('File of reviewed findings'),
})

/** JSON Schema (draft 2020-12) of pipeline files, for editors: published as `data/schemas/pipeline.schema.json`. */
export function pipelineJsonSchema(
  stages: readonly StageDefinition[],
  formats: readonly string[],
): JsonObject {
  const base = z.toJSONSchema(pipelineSchema, { io: 'input' }) as unknown as JsonObject
  const properties: JsonObject = {
    ...(base.properties as JsonObject),
    stages: {
      type: 'object',
      description: 'Stage name → options',
      additionalProperties: false,
      properties: Object.fromEntries(
        stages.map((stage) => [stage.name, { anyOf: [stage.optionsSchema, { type: 'null' }] }]),
      ),
    },
    formats: { type: 'array', description: 'Report formats', items: { enum: [...formats] } },
  }
  return { ...base, title: 'assay pipeline', properties }
}

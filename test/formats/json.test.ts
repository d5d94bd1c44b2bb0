import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import type { JsonObject, JsonValue } from '../../src/core/json.ts'
import type { AuditRecord } from '../../src/core/record.ts'
import { auditDigest, auditJson, json } from '../../src/formats/json.ts'
import { rendered, sampleRecord, stream } from './record.ts'

const schema = JSON.parse(
  readFileSync(new URL('../../data/schemas/audit.schema.json', import.meta.url), 'utf8'),
) as JsonObject
const validate = new Ajv2020({
  strict: true,
  allErrors: true,
  allowUnionTypes: true,
  strictTypes: false,
}).compile(schema)

describe('audit.json', () => {
  it('fits its published schema', () => {
    expect(
      validate(JSON.parse(auditJson(sampleRecord()))),
      JSON.stringify(validate.errors?.slice(0, 3)),
    ).toBe(true)
  })

  // Every field of the contract, by the path to it; `*` is any key or index.
  const required = [
    'schema',
    'tool',
    'pipeline.name',
    'pipeline.sha256',
    'source.uri',
    'source.revision',
    'source.commitDate',
    'inputs.*.component',
    'inputs.*.path',
    'inputs.*.bytes',
    'inputs.*.rows',
    'inputs.*.audited',
    'inputs.*.unreadable',
    'inputs.*.sha256.declared',
    'inputs.*.sha256.recomputed',
    'inputs.*.verified',
    'components.*.examples',
    'components.*.turns',
    'components.*.textBytes',
    'components.*.words',
    'components.*.tokens.*.total',
    'components.*.tokens.*.byRole',
    'stages.*.version',
    'stages.*.options',
    'stages.*.metrics',
    'stages.*.findings',
    'claims.*.id',
    'claims.*.statement',
    'claims.*.statedAt',
    'claims.*.stated',
    'claims.*.measured',
    'claims.*.difference',
    'claims.*.tolerance',
    'claims.*.verdict',
    'claims.*.because',
    'claims.*.evidence',
    'findings',
    'findings.*.*.id',
    'findings.*.*.rule',
    'findings.*.*.place',
    'notChecked.*.what',
    'notChecked.*.why',
    'failures',
    'evidence.file',
    'evidence.sha256',
    'evidence.rows',
  ]
  it.each(required)('is refused without %s', (path) => {
    const record = JSON.parse(auditJson(sampleRecord())) as JsonValue
    expect(without(record, path.split('.'))).toBe(true)
    expect(validate(record)).toBe(false)
  })

  it('is refused with a verdict, severity or field nobody defined', () => {
    const record = JSON.parse(auditJson(sampleRecord())) as AuditRecord
    const [claim] = record.claims
    expect(validate({ ...record, claims: [{ ...claim, verdict: 'fine' }] })).toBe(false)
    expect(validate({ ...record, score: 97 })).toBe(false)
  })

  it('has the same bytes whatever order the record was built in', async () => {
    const record = sampleRecord()
    const text = await rendered(json.render(record, () => stream([])))
    expect(
      await rendered(
        json.render(reversed(record as unknown as JsonValue) as unknown as AuditRecord, () => stream([])),
      ),
    ).toBe(text)
    expect(text.endsWith('}\n')).toBe(true)
    expect(auditDigest(record)).toMatch(/^[0-9a-f]{64}$/)
  })
})

/** Deletes what a path names in the first place it is found; answers whether it was there. */
function without(value: JsonValue, path: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null) return false
  const [key = '', ...rest] = path
  const object = value as Record<string, JsonValue>
  if (key === '*') return Object.values(object).some((member) => without(member, rest))
  if (rest.length > 0) return without(object[key] ?? null, rest)
  return Object.hasOwn(object, key) && delete object[key]
}

/** The same value with every object's keys in the opposite order. */
function reversed(value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(reversed)
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  )
}

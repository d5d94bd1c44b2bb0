import { createHash } from 'node:crypto'
import { canonicalJson } from '../core/json.ts'
import type { JsonObject } from '../core/json.ts'
import type { AuditRecord, Format } from '../core/record.ts'

/** `audit.json`: the record itself, keys in code-unit order, two spaces a level, one line feed at the end. */
export const json: Format = {
  name: 'json',
  file: 'audit.json',
  async *render(record) {
    yield auditJson(record)
  },
}

/** The bytes of `audit.json` as text. */
export function auditJson(record: AuditRecord): string {
  return `${canonicalJson(record as unknown as JsonObject, 2)}\n`
}

/** sha256 of `audit.json`: the digest that names a report. */
export function auditDigest(record: AuditRecord): string {
  return createHash('sha256').update(auditJson(record)).digest('hex')
}

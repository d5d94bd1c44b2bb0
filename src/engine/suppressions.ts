import { z } from 'zod'
import { closest } from '../core/closest.ts'
import { AuditError } from '../core/error.ts'
import { parseYaml } from './yaml.ts'

/** A finding somebody looked at and accepts. */
export interface Suppression {
  /** Id of the finding. */
  id: string
  reason: string
  author: string
  /** YYYY-MM-DD */
  date: string
}

const ENTRY = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{16}$/, 'the id of a finding: 16 hex digits'),
  reason: z.string().trim().min(1, 'a reason'),
  author: z.string().trim().min(1, 'who decided'),
  date: z.iso.date('a date such as 2026-01-31'),
})
const FILE = z.strictObject({ suppressions: z.array(ENTRY) })

/**
 * Reads a file of reviewed findings. Every entry says which finding, why, who and when.
 * @throws AuditError PIPELINE_INVALID
 */
export function parseSuppressions(text: string, where: string): Suppression[] {
  const value = parseYaml(text, { where, code: 'PIPELINE_INVALID' })
  const parsed = FILE.safeParse(value)
  if (!parsed.success) throw invalid(parsed.error.issues[0]!, where)
  const seen = new Set<string>()
  for (const { id } of parsed.data.suppressions) {
    if (seen.has(id))
      throw new AuditError('PIPELINE_INVALID', { what: `finding ${id} is suppressed twice`, where })
    seen.add(id)
  }
  return parsed.data.suppressions
}

function invalid(issue: z.core.$ZodIssue, where: string): AuditError {
  const key = issue.path.join('.') || 'the file'
  if (issue.code !== 'unrecognized_keys') {
    return new AuditError('PIPELINE_INVALID', { what: `"${key}" is not valid`, where, got: issue.message })
  }
  const valid = issue.path.length === 0 ? ['suppressions'] : Object.keys(ENTRY.shape)
  const near = closest(issue.keys[0]!, valid)
  return new AuditError('PIPELINE_INVALID', {
    what: `unknown key "${issue.keys[0]}"`,
    where: `${where}: ${key}`,
    expected: `one of ${valid.join(', ')}`,
    ...(near === null ? {} : { fix: `did you mean "${near}"?` }),
  })
}

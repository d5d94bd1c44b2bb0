import type { Finding } from './finding.ts'
import { canonicalJson } from './json.ts'

/** A finding whose evidence is canonical JSON already. */
export interface FindingText extends Omit<Finding, 'evidence'> {
  evidence: string
}

export function toText(finding: Finding): FindingText {
  return { ...finding, evidence: canonicalJson(finding.evidence) }
}

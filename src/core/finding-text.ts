import type { Finding } from './finding.ts'
import { canonicalJson } from './json.ts'
import type { JsonObject } from './json.ts'

/** A finding whose evidence is canonical JSON already: how threads hand findings on. */
export interface FindingText extends Omit<Finding, 'evidence'> {
  evidence: string
}

const texts = new WeakMap<Finding, string>()

export function toText(finding: Finding): FindingText {
  return { ...finding, evidence: canonicalJson(finding.evidence) }
}

/** The finding again; its evidence is parsed when it is asked for, which few readers of many findings do. */
export function fromText({ evidence: text, ...rest }: FindingText): Finding {
  let evidence: JsonObject | null = null
  const finding: Finding = {
    ...rest,
    get evidence() {
      return (evidence ??= JSON.parse(text) as JsonObject)
    },
  }
  texts.set(finding, text)
  return finding
}

/** Canonical JSON of a finding's evidence. */
export function evidenceText(finding: Finding): string {
  return texts.get(finding) ?? canonicalJson(finding.evidence)
}

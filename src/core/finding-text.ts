import type { Finding } from './finding.ts'
import { canonicalJson } from './json.ts'
import type { JsonObject } from './json.ts'

/** A finding whose evidence is canonical JSON already. */
export interface FindingText extends Omit<Finding, 'evidence'> {
  evidence: string
}

export function toText(finding: Finding): FindingText {
  return { ...finding, evidence: canonicalJson(finding.evidence) }
}

/** Texts of a finding in UTF-8; the evidence is canonical JSON. */
interface Texts {
  message: Buffer
  evidence: Buffer
}

/** Beside the findings, so that a finding with texts is no other than one without. */
const textsBy = new WeakMap<Finding, Texts>()

/** A finding whose texts are decoded when they are asked for. */
export function withTexts(
  { id, rule, severity, place }: Pick<Finding, 'id' | 'rule' | 'severity' | 'place'>,
  texts: Texts,
): Finding {
  let [message, evidence]: [string | null, JsonObject | null] = [null, null]
  const finding = {
    id,
    rule,
    severity,
    place,
    get message() {
      return (message ??= texts.message.toString('utf8'))
    },
    get evidence() {
      return (evidence ??= JSON.parse(texts.evidence.toString('utf8')) as JsonObject)
    },
  }
  textsBy.set(finding, texts)
  return finding
}

/** Message and evidence of a finding as they are written: UTF-8, or text to be encoded. */
export function textsOf(finding: Finding): { message: Uint8Array | string; evidence: Uint8Array | string } {
  return textsBy.get(finding) ?? { message: finding.message, evidence: canonicalJson(finding.evidence) }
}

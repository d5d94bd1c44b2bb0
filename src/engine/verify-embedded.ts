import type { Finding } from '../core/finding.ts'
import { readEvidence } from '../io/evidence.ts'
import { listed, noteFailure } from './verification.ts'
import type { Discrepancy, Verification } from './verification.ts'

type Embedded = Readonly<Record<string, readonly Finding[]>>

/**
 * The first findings of each rule stand in audit.json and in the evidence: both tell the same, in the same order.
 * Neither the data nor any stage is asked, so this finds an altered file whose hashes were made anew.
 */
export async function checkEmbedded(
  findings: Embedded,
  { path, file }: { path: string; file: string },
  verification: Verification,
): Promise<void> {
  const found: Discrepancy[] = []
  const seen = new Map<string, number>()
  let left = Object.values(findings).reduce((sum, first) => sum + first.length, 0)
  try {
    for await (const stated of readEvidence(path)) {
      if (left === 0) break
      const number = seen.get(stated.rule) ?? 0
      const embedded = findings[stated.rule]?.[number]
      seen.set(stated.rule, number + 1)
      if (embedded === undefined) continue
      left--
      if (told(embedded) !== told(stated)) found.push(differs(embedded, stated))
    }
    for (const [rule, first] of Object.entries(findings))
      for (const { id } of first.slice(seen.get(rule) ?? 0))
        found.push({ kind: 'finding', where: id, what: `audit.json has this finding and ${file} lacks it` })
  } catch (error) {
    noteFailure(error, { kind: 'report', where: file }, verification)
  }
  verification.discrepancies.push(...listed(found))
}

function differs(embedded: Finding, stated: Finding): Discrepancy {
  const what = 'audit.json and the evidence tell this finding differently'
  const [expected, got] = [told(embedded).slice(0, 200), told(stated).slice(0, 200)]
  return { kind: 'finding', where: embedded.id, what, expected, got }
}

function told({ id, severity, message }: Finding): string {
  return [id, severity, message].join(' ')
}

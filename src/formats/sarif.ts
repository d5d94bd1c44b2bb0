import type { ClaimResult, Verdict } from '../core/claim.ts'
import type { Finding, Place, Severity } from '../core/finding.ts'
import { SEVERITIES } from '../core/finding.ts'
import { canonicalJson, isObject } from '../core/json.ts'
import type { JsonObject, JsonValue } from '../core/json.ts'
import type { AuditRecord, Format } from '../core/record.ts'
import { inAddress, repositoryUrl } from './address.ts'

/**
 * `audit.sarif`: SARIF 2.1.0. One result per claim, at the claim's line, and one per rule that found something:
 * code hosts take a few thousand results and want a file and a line, so rows stand in logical locations.
 */
export const sarif: Format = {
  name: 'sarif',
  file: 'audit.sarif',
  async *render(record) {
    yield `${canonicalJson(sarifOf(record), 2)}\n`
  },
}

/** Places of a rule that are named; the others are counted. */
const PLACES = 10

const LEVELS: Readonly<Record<Severity, string>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  info: 'note',
}

const KINDS: Readonly<Record<Verdict, string>> = {
  verified: 'pass',
  'within-tolerance': 'pass',
  contradicted: 'fail',
  undetermined: 'open',
  'not-verifiable': 'review',
  'not-checked': 'notApplicable',
}

/** The document. */
export function sarifOf(record: AuditRecord): JsonObject {
  const claims = record.claims.map((claim) => claimResult(claim, record))
  const rules = Object.keys(record.findings).filter((rule) => rule !== 'claims/contradicted')
  const found = rules.sort().map((rule) => ruleResult(rule, record))
  const ids = [...new Set([...claims, ...found].map((result) => String(result['ruleId'])))]
  const repository = repositoryUrl(record)
  const { revision } = record.source
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: record.tool.name,
            semanticVersion: record.tool.version,
            rules: ids.map((id) => ({ id, name: ruleName(id) })),
          },
        },
        automationDetails: { id: `${record.tool.name}/${record.pipeline.name}/` },
        invocations: [{ executionSuccessful: record.failures.length === 0 }],
        ...(repository === null
          ? {}
          : {
              versionControlProvenance: [
                { repositoryUri: repository, ...(revision === null ? {} : { revisionId: revision }) },
              ],
            }),
        results: [...claims, ...found].map((result) => ({
          ...result,
          ruleIndex: ids.indexOf(String(result['ruleId'])),
        })),
      },
    ],
  }
}

function ruleName(id: string): string {
  return id.replace(/(?:^|[/-])([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}

function claimResult(claim: ClaimResult, record: AuditRecord): JsonObject {
  const kind = KINDS[claim.verdict]
  return {
    ruleId: 'claims/contradicted',
    kind,
    level: kind === 'fail' ? 'error' : 'none',
    message: { text: `${claim.id}: ${claim.statement}: ${claim.verdict}: ${claim.because}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: inAddress(claim.file ?? 'audit.json') },
          region: { startLine: claim.line ?? 1 },
        },
        logicalLocations: [{ fullyQualifiedName: `claims/${claim.id}`, kind: 'claim' }],
      },
    ],
    partialFingerprints: { 'claimId/v1': claim.id },
    ...stateOf(findingOf(claim, record), record),
  }
}

function findingOf(claim: ClaimResult, record: AuditRecord): Finding | undefined {
  const list = record.findings['claims/contradicted'] ?? []
  return list.find(({ place }) => place.kind === 'claim' && place.name === claim.id)
}

function ruleResult(rule: string, record: AuditRecord): JsonObject {
  const list = record.findings[rule] ?? []
  const total = countOf(rule, record)
  const worst = SEVERITIES.find((severity) => list.some((finding) => finding.severity === severity)) ?? 'info'
  const more = total > 1 ? ` (and ${total - 1} more findings of this rule)` : ''
  return {
    ruleId: rule,
    kind: 'fail',
    level: LEVELS[worst],
    message: { text: `${list[0]?.message ?? rule}${more}` },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: 'audit.json' }, region: { startLine: 1 } },
        logicalLocations: list.slice(0, PLACES).map(({ place }) => logical(place)),
      },
    ],
    partialFingerprints: { 'rule/v1': rule },
    properties: { findings: total, severity: worst, ids: list.slice(0, PLACES).map((finding) => finding.id) },
    ...stateOfRule(rule, total, record),
  }
}

function countOf(rule: string, record: AuditRecord): number {
  const counted = Object.values(record.stages).find((stage) => stage.findings[rule] !== undefined)
  return counted?.findings[rule] ?? record.findings[rule]?.length ?? 0
}

function logical(place: Place): JsonObject {
  if (place.kind === 'row') return { fullyQualifiedName: rowName(place), kind: 'row' }
  if (place.kind === 'pair') {
    return { fullyQualifiedName: `${rowName(place.a)} = ${rowName(place.b)}`, kind: 'pair' }
  }
  return { fullyQualifiedName: place.name, kind: place.kind }
}

function rowName({ component, path, row }: { component: string; path: string; row: number }): string {
  return `${component}/${path}/row/${row}`
}

/** `baselineState` where the run was compared with an earlier report, `suppressions` where it was reviewed. */
function stateOf(finding: Finding | undefined, record: AuditRecord): JsonObject {
  if (finding === undefined) return {}
  const fresh = baselineOf(record, 'new')
  const reasons = suppressedBy(record, 'id', finding.id)
  return {
    ...(Array.isArray(fresh) ? { baselineState: fresh.includes(finding.id) ? 'new' : 'unchanged' } : {}),
    ...(reasons.length === 0 ? {} : { suppressions: reasons }),
  }
}

/** One result stands for all findings of a rule: new if any is, suppressed if all are. */
function stateOfRule(rule: string, total: number, record: AuditRecord): JsonObject {
  const fresh = baselineOf(record, 'newByRule')
  const reasons = suppressedBy(record, 'rule', rule)
  return {
    ...(isObject(fresh) ? { baselineState: Object.hasOwn(fresh, rule) ? 'new' : 'unchanged' } : {}),
    ...(reasons.length === 0 || reasons.length < total ? {} : { suppressions: reasons }),
  }
}

function baselineOf(record: AuditRecord, key: string): JsonValue | undefined {
  const baseline = record.extra?.['baseline']
  return isObject(baseline) ? baseline[key] : undefined
}

function suppressedBy(record: AuditRecord, key: string, value: string): JsonObject[] {
  const entries = record.extra?.['suppressions']
  return (Array.isArray(entries) ? entries.filter(isObject) : [])
    .filter((entry) => entry[key] === value && entry['found'] === true)
    .map((entry) => ({
      kind: 'external',
      justification: String(entry['reason']),
      properties: { id: entry['id'] ?? null, author: entry['author'] ?? null, date: entry['date'] ?? null },
    }))
}

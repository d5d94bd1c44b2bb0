import type { ClaimResult } from '../core/claim.ts'
import { finding } from '../core/finding-id.ts'
import type { Finding } from '../core/finding.ts'
import type { FailureRecord } from '../core/record.ts'
import { isObject } from '../core/json.ts'
import type { JsonObject, JsonValue } from '../core/json.ts'
import type { ClaimBody, ClaimInputs, ClaimKind, Judged, Measured, Statement } from './kind.ts'
import { componentsOf, failureText, failuresIn } from './measure.ts'
import type { ClaimFile, ParsedClaim } from './parse.ts'

/** Judges every claim of a file against what was measured. */
export function judgeClaims(
  file: ClaimFile,
  measured: Measured,
  inputs: ClaimInputs,
  kinds: readonly ClaimKind[],
): ClaimResult[] {
  const judgeBody = (body: ClaimBody): Judged => {
    const kind = kinds.find((candidate) => candidate.name === body.kind)
    if (kind === undefined) throw new TypeError(`no claim kind ${body.kind}`)
    return failed(kind.judge(body, { measured, inputs, judgeBody }), touchedBy(body, measured, kinds))
  }
  return file.claims.map((parsed) => result(parsed, judgeBody(parsed.body), { file, inputs }))
}

/** Longest list of failures in a sentence. */
const FAILURES_SHOWN = 8

/** Failures of files a claim is about; of one made of parts, those of every part. */
function touchedBy(body: ClaimBody, measured: Measured, kinds: readonly ClaimKind[]): FailureRecord[] {
  if (measured.failures.length === 0) return []
  const parts = body['parts']
  if (Array.isArray(parts))
    return parts.flatMap((part) => touchedBy(part as unknown as ClaimBody, measured, kinds))
  const kind = kinds.find((candidate) => candidate.name === body.kind)
  if (kind?.touched !== undefined) return [...kind.touched(body, measured)]
  const named = body['components'] as string | readonly string[] | undefined
  return failuresIn(componentsOf(named, measured), measured)
}

/**
 * A claim that touches a file with rows nobody read is undetermined whichever way it goes, also where the rows read
 * already speak against it: what a damaged file holds is not known.
 */
function failed(judged: Judged, failures: readonly FailureRecord[]): Judged {
  if (judged.verdict === 'not-checked') return judged
  const named = [...new Set(failures.map(failureText))].filter((why) => !judged.because.includes(why))
  if (failures.length === 0 || (judged.verdict === 'undetermined' && named.length === 0)) return judged
  const more = named.length - FAILURES_SHOWN
  const why = [...named.slice(0, FAILURES_SHOWN), ...(more > 0 ? [`and ${more} more could not`] : [])]
  const rest = judged.verdict === 'undetermined' ? judged.because : `on what was read: ${judged.because}`
  return { ...judged, stands: false, verdict: 'undetermined', because: [...why, rest].join('; ') }
}

function result(
  { claim, line }: ParsedClaim,
  judged: Judged,
  { file, inputs }: { file: ClaimFile; inputs: ClaimInputs },
): ClaimResult {
  const { stated, measured, difference, tolerance, verdict, because, evidence, parts } = judged
  return {
    id: claim.id,
    statement: claim.statement,
    statedAt: claim.statedAt.map((statement) => located(statement, inputs)),
    stated,
    measured,
    difference,
    tolerance,
    verdict,
    because,
    evidence,
    ...(parts === undefined ? {} : { parts }),
    file: file.where,
    line,
  }
}

/** A quotation from the source's own card is looked up there: the line, or that it is not found. */
function located(statement: Statement, inputs: ClaimInputs): JsonObject {
  const { quote, address } = statement
  const document = inputs.documents?.find(({ path }) => path === address)
  if (document === undefined) return { quote, address }
  const position = squeezed(document.text).indexOf(squeezed(quote).trim())
  return { quote, address, foundInSource: position >= 0 }
}

/** Spaces, line ends and Markdown emphasis do not make another quotation. */
function squeezed(text: string): string {
  return text.replaceAll(/[*_`]/g, '').replaceAll(/\s+/g, ' ')
}

/** Contradicted claims as findings, and claims that quote a card which does not say so. */
export function claimFindings(claims: readonly ClaimResult[]): Finding[] {
  return [
    ...claims.filter(({ verdict }) => verdict === 'contradicted').map(contradicted),
    ...claims.flatMap(misquotations),
  ]
}

function contradicted(claim: ClaimResult): Finding {
  return finding({
    rule: 'claims/contradicted',
    severity: 'high',
    place: { kind: 'claim', name: claim.id },
    message: `${claim.id}: ${claim.statement}: ${claim.because}`,
    evidence: evidenceOf(claim),
  })
}

/** The card changed, or was never quoted rightly: the verdict is about words that do not stand there. */
function misquotations({ id, statedAt }: ClaimResult): Finding[] {
  const places = Array.isArray(statedAt) ? statedAt.filter(isObject) : []
  const wrong = places.filter((one) => one['foundInSource'] === false)
  return wrong.map(({ quote, address }) =>
    finding({
      rule: 'claims/quotation-not-found',
      severity: 'low',
      place: { kind: 'claim', name: id },
      message: `${id}: the words it quotes do not stand in ${String(address)}`,
      evidence: { quote: quote ?? null, address: address ?? null },
      key: String(quote),
    }),
  )
}

function evidenceOf(claim: ClaimResult): JsonObject {
  const { stated, measured, difference, tolerance } = claim
  return { stated, measured, difference, tolerance, statedAt: claim.statedAt as JsonValue }
}

import { join } from 'node:path'
import { AuditError } from '../core/error.ts'
import type { Explanation, ExplainedRow } from '../core/explanation.ts'
import { SEVERITIES } from '../core/finding.ts'
import type { Finding, RowPlace } from '../core/finding.ts'
import type { AuditRecord } from '../core/record.ts'
import { readEvidence } from '../io/evidence.ts'
import { readRecord } from './report.ts'

/** Most findings and rows one answer holds. */
const FINDINGS_KEPT = 40
const ROWS_KEPT = 4

/** Rows that declare an id; `unsearched` says why not all of the data was looked at, null where it was. */
export interface RowSearch {
  places: readonly RowPlace[]
  unsearched: string | null
}

/** The corpus of a report; the command line supplies it, because reopening the data is its business. */
export interface CorpusData {
  /** Reads rows again. */
  read(record: AuditRecord, places: readonly RowPlace[]): Promise<readonly ExplainedRow[]>
  /** Looks through the data for the rows that declare an id, up to so many of them. */
  find(record: AuditRecord, id: string, most: number): Promise<RowSearch>
}

/**
 * Everything a report knows of one id: a finding's id (or the first eight digits of it), a row's declared id, or an
 * address `PATH:ROW`.
 * @throws AuditError REPORT_INVALID for a directory that is no report; USAGE when nothing goes by the id.
 */
export async function explain(folder: string, id: string, data: CorpusData): Promise<Explanation> {
  const record = await readRecord(folder)
  const evidence = join(folder, record.evidence.file)
  const asked = await findingOf(evidence, id)
  if (asked !== null) return aroundFinding({ record, evidence, id, asked, data })
  const address = addressOf(record, id)
  const wanted = (row: RowPlace): boolean =>
    address === null ? row.exampleId === id : row.path === address.path && row.row === address.row
  const named = await findingsAt(evidence, wanted)
  let places: readonly RowPlace[] = named.places
  if (places.length === 0)
    places = address === null ? await declared(record, id, { folder, data }) : [address]
  const rows = await data.read(record, places.slice(0, ROWS_KEPT))
  return { id, kind: 'row', findings: named.findings, total: named.total, rows, others: [] }
}

/** Places of the rows that declare the id. @throws AuditError USAGE when there is none, or none that could be found. */
async function declared(
  record: AuditRecord,
  id: string,
  { folder, data }: { folder: string; data: CorpusData },
): Promise<readonly RowPlace[]> {
  const { places, unsearched } = await data.find(record, id, ROWS_KEPT)
  if (places.length === 0) throw unknown(folder, id, unsearched)
  return places
}

async function aroundFinding(input: {
  record: AuditRecord
  evidence: string
  id: string
  asked: Finding
  data: CorpusData
}): Promise<Explanation> {
  const { record, evidence, id, asked, data } = input
  const places = rowsOf(asked)
  const same = (row: RowPlace): boolean =>
    places.some((place) => place.path === row.path && place.row === row.row)
  const around = places.length === 0 ? { findings: [] } : await findingsAt(evidence, same)
  const others = around.findings.filter((finding) => finding.id !== asked.id)
  return { id, kind: 'finding', findings: [asked], total: 1, rows: await data.read(record, places), others }
}

/** The finding with this id, or whose id starts with it when at least eight digits are given. */
async function findingOf(evidence: string, id: string): Promise<Finding | null> {
  if (!/^[0-9a-f]{8,16}$/.test(id)) return null
  for await (const finding of readEvidence(evidence)) if (finding.id.startsWith(id)) return finding
  return null
}

/** Findings on the rows asked for, worst first, and the distinct rows themselves. */
async function findingsAt(
  evidence: string,
  wanted: (row: RowPlace) => boolean,
): Promise<{ findings: Finding[]; total: number; places: RowPlace[] }> {
  const findings: Finding[] = []
  const places = new Map<string, RowPlace>()
  let total = 0
  for await (const finding of readEvidence(evidence)) {
    const rows = rowsOf(finding).filter(wanted)
    if (rows.length === 0) continue
    total++
    for (const row of rows) if (places.size < FINDINGS_KEPT) places.set(`${row.path}\0${row.row}`, row)
    findings.push(finding)
    if (findings.length > 2 * FINDINGS_KEPT) worst(findings)
  }
  return { findings: worst(findings), total, places: [...places.values()] }
}

/** Sorts by severity, stable, and keeps the first. */
function worst(findings: Finding[]): Finding[] {
  findings.sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity))
  findings.length = Math.min(findings.length, FINDINGS_KEPT)
  return findings
}

function rowsOf({ place }: Finding): RowPlace[] {
  if (place.kind === 'row') return [place]
  return place.kind === 'pair' ? [place.a, place.b] : []
}

/** `PATH:ROW` of an audited file; a path may hold colons itself. */
function addressOf(record: AuditRecord, id: string): RowPlace | null {
  const match = /^(.+):(\d{1,15})$/s.exec(id)
  const input = record.inputs.find((each) => each.path === match?.[1])
  if (match === null || input === undefined) return null
  const row = Number(match[2])
  if (row >= input.rows) {
    throw new AuditError('USAGE', {
      what: 'The file has no such row',
      where: input.path,
      expected: `a row from 0 to ${input.rows - 1}`,
      got: String(row),
    })
  }
  return { component: input.component, path: input.path, row }
}

function unknown(folder: string, id: string, unsearched: string | null): AuditError {
  const searched = unsearched === null ? '' : `; not all of the data was looked through for it: ${unsearched}`
  return new AuditError('USAGE', {
    what: `Nothing in this report goes by this id${searched}`,
    where: folder,
    expected: 'the id of a finding, the declared id of an example, or PATH:ROW',
    got: id.slice(0, 100),
    fix: 'A row can be named by its address, as in data/part/train-00000.parquet:12',
  })
}

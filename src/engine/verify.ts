import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AuditError } from '../core/error.ts'
import type { JsonValue } from '../core/json.ts'
import type { AuditRecord } from '../core/record.ts'
import { readEvidence } from '../io/evidence.ts'
import { sha256Of } from '../io/report-store.ts'
import { openSource } from '../io/source.ts'
import { openAgainst, openCorpus, sourceOptions } from './open.ts'
import type { AuditOptions } from './options.ts'
import { settingsOf } from './options.ts'
import { checkQuotations } from './quotations.ts'
import { optionsOfReport, pipelineOfReport, readReport, readRun } from './report.ts'
import type { Reopening, Report } from './report.ts'
import { audit } from './run.ts'

/** One thing that is not as the report says. */
export interface Discrepancy {
  /** What was looked at: a file of the report, an input, a value of the record, a finding. */
  kind: 'report' | 'input' | 'value' | 'finding'
  where: string
  what: string
  expected?: string
  got?: string
}

export interface Verification {
  discrepancies: Discrepancy[]
  /** How much was compared. */
  compared: {
    files: number
    inputs: number
    inputBytes: number
    values: number
    findings: number
    /** Quotations of rows held against the rows themselves. */
    quotations: number
  }
  /** Inputs the audit did not read whole (`--limit`, or a part that failed): they have no hash to compare. */
  notReadWhole: string[]
  /** Whether the audit was run again; why not, if not. */
  repeated: true | string
}

export interface VerifyOptions
  extends Reopening, Pick<AuditOptions, 'workers' | 'memoryBytes' | 'signal' | 'onProgress'> {
  /** Only hashes are compared; the audit is not run again. */
  quick?: boolean
}

/** Differences of one kind that are listed; the rest is counted. */
const LISTED = 20

/**
 * Checks a report against itself and against the data: the hash of each of its files, the hash of each input, each
 * quotation against its row, and, by running the recorded audit again, every number and every piece of evidence.
 * @throws AuditError REPORT_INVALID when there is no report to check
 */
export async function verifyReport(folder: string, options: VerifyOptions = {}): Promise<Verification> {
  const verification: Verification = {
    discrepancies: [],
    compared: { files: 0, inputs: 0, inputBytes: 0, values: 0, findings: 0, quotations: 0 },
    notReadWhole: [],
    repeated: 'asked for hashes only',
  }
  const { files } = await readRun(folder)
  await checkFiles(folder, files, verification)
  let report: Report
  try {
    report = await readReport(folder)
  } catch (error) {
    verification.repeated = noteFailure(error, { kind: 'report', where: 'audit.json' }, verification)
    return verification
  }
  checkBinding(report, verification)
  await checkInputs(report, options, verification)
  if (options.quick === true) return verification
  await checkQuoted(report, options, verification)
  await repeat(report, options, verification)
  return verification
}

async function checkFiles(
  folder: string,
  files: Readonly<Record<string, string>>,
  { discrepancies, compared }: Verification,
): Promise<void> {
  for (const [file, expected] of Object.entries(files)) {
    compared.files++
    const got = await sha256Of(join(folder, file)).catch(
      (error: NodeJS.ErrnoException) => error.code ?? 'unreadable',
    )
    if (got !== expected) {
      discrepancies.push({
        kind: 'report',
        where: file,
        what: 'The file is not the one that was written',
        expected,
        got,
      })
    }
  }
}

/** audit.json names the evidence it belongs to. */
function checkBinding({ record, files }: Report, { discrepancies }: Verification): void {
  const { file, sha256 } = record.evidence
  if (files[file] === sha256) return
  discrepancies.push({
    kind: 'report',
    where: file,
    what: 'audit.json and run.json name different evidence',
    expected: sha256,
    got: files[file] ?? 'no such file',
  })
}

async function checkInputs(
  report: Report,
  options: VerifyOptions,
  verification: Verification,
): Promise<void> {
  const { discrepancies, compared } = verification
  const loaded = pipelineOfReport(report, options)
  const settings = settingsOf({ ...optionsOfReport(report, options), out: null }, loaded.pipeline.name)
  try {
    const source = await openSource(loaded.pipeline.source, {
      ...sourceOptions(loaded, settings),
      readFooters: false,
    })
    const second = await openAgainst(loaded, settings, { readFooters: false })
    const all = [...source.shards, ...(second?.shards ?? [])]
    const inputs = [...report.record.inputs, ...(report.record.against?.inputs ?? [])]
    const shards = new Map(all.map((shard) => [`${shard.component}/${shard.path}`, shard]))
    for (const input of inputs) {
      const where = `${input.component}/${input.path}`
      const shard = shards.get(where)
      if (shard === undefined) {
        discrepancies.push({ kind: 'input', where, what: 'The file is gone' })
      } else if (input.sha256.recomputed === null) {
        verification.notReadWhole.push(where)
      } else {
        compared.inputs++
        compared.inputBytes += input.bytes
        const from = shard.against === true ? second! : source
        const got = (await from.obtain(shard)).sha256
        if (got === input.sha256.recomputed) continue
        discrepancies.push({
          kind: 'input',
          where,
          what: 'The file changed',
          expected: input.sha256.recomputed,
          got,
        })
      }
    }
    const known = new Set(inputs.map((input) => `${input.component}/${input.path}`))
    for (const where of shards.keys()) {
      if (!known.has(where)) discrepancies.push({ kind: 'input', where, what: 'The file was not there then' })
    }
  } catch (error) {
    noteFailure(error, { kind: 'input', where: loaded.pipeline.source }, verification)
  }
}

/** What the findings quote, against the rows they quote it from; no stage has a say in it. */
async function checkQuoted(
  report: Report,
  options: VerifyOptions,
  verification: Verification,
): Promise<void> {
  const loaded = pipelineOfReport(report, options)
  const settings = settingsOf({ ...optionsOfReport(report, options), out: null }, loaded.pipeline.name)
  const { file } = report.record.evidence
  const found: Discrepancy[] = []
  try {
    const opened = await openCorpus({ loaded, settings })
    const findings = readEvidence(join(report.folder, file))
    verification.compared.quotations = await checkQuotations(findings, opened, ({ finding, ...wrong }) =>
      found.push({ kind: 'finding', where: finding, ...wrong }),
    )
  } catch (error) {
    noteFailure(error, { kind: 'report', where: file }, verification)
  }
  verification.discrepancies.push(...listed(found))
}

/** Runs the recorded audit into a scratch folder and compares everything it says. */
async function repeat(report: Report, options: VerifyOptions, verification: Verification): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'assay-verify-'))
  const out = join(scratch, 'report')
  try {
    const { workers, memoryBytes, signal, onProgress } = options
    await audit(pipelineOfReport(report, options), {
      ...optionsOfReport(report, options),
      out,
      ...(workers === undefined ? {} : { workers }),
      ...(memoryBytes === undefined ? {} : { memoryBytes }),
      ...(signal === undefined ? {} : { signal }),
      ...(onProgress === undefined ? {} : { onProgress }),
    })
    verification.repeated = true
    await compareReports(report, await readReport(out), verification)
  } catch (error) {
    verification.repeated = noteFailure(error, { kind: 'report', where: 'the audit run again' }, verification)
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

async function compareReports(report: Report, again: Report, verification: Verification): Promise<void> {
  const { discrepancies } = verification
  const found: Discrepancy[] = []
  compareValues(asJson(report.record), asJson(again.record), '', (pointer, expected, got) => {
    verification.compared.values++
    if (expected === got) return
    const what = 'The value is another one when measured again'
    found.push({ kind: 'value', where: `audit.json#${pointer}`, what, expected, got })
  })
  discrepancies.push(...listed(found))
  for (const [file, sha256] of Object.entries(report.files)) {
    if (again.files[file] === sha256) continue
    const what = 'The file comes out different when the audit is run again'
    discrepancies.push({
      kind: 'report',
      where: file,
      what,
      expected: sha256,
      got: again.files[file] ?? 'no such file',
    })
  }
  await compareEvidence(report, again, verification)
}

async function compareEvidence(report: Report, again: Report, verification: Verification): Promise<void> {
  const file = report.record.evidence.file
  const expected = await findingTexts(join(again.folder, file))
  verification.compared.findings = expected.size
  if (
    report.files[file] === again.files[file] &&
    !verification.discrepancies.some((one) => one.where === file)
  )
    return
  const found: Discrepancy[] = []
  try {
    const stated = await findingTexts(join(report.folder, file))
    for (const [id, text] of stated) {
      if (!expected.has(id))
        found.push({ kind: 'finding', where: id, what: 'The data does not show this finding' })
      else if (expected.get(id) !== text)
        found.push({ kind: 'finding', where: id, what: 'The evidence is not what the data shows' })
    }
    for (const id of expected.keys()) {
      if (!stated.has(id)) found.push({ kind: 'finding', where: id, what: 'The report lacks this finding' })
    }
  } catch (error) {
    noteFailure(error, { kind: 'report', where: file }, verification)
  }
  verification.discrepancies.push(...listed(found))
}

async function findingTexts(path: string): Promise<Map<string, string>> {
  const texts = new Map<string, string>()
  for await (const finding of readEvidence(path)) texts.set(finding.id, JSON.stringify(finding))
  return texts
}

function listed(found: readonly Discrepancy[]): Discrepancy[] {
  const first = found.slice(0, LISTED)
  const more = found.length - first.length
  const last = first.at(-1)
  return more === 0 || last === undefined
    ? first
    : [...first, { kind: last.kind, where: '…', what: `and ${more} more` }]
}

/** Visits every leaf either side has; a missing one is "nothing". */
function compareValues(
  a: JsonValue | undefined,
  b: JsonValue | undefined,
  pointer: string,
  visit: (pointer: string, a: string, b: string) => void,
): void {
  if (typeof a !== 'object' || a === null || typeof b !== 'object' || b === null) {
    visit(pointer, leaf(a), leaf(b))
    return
  }
  const [left, right] = [a, b] as unknown as Record<string, JsonValue>[]
  for (const key of new Set([...Object.keys(left!), ...Object.keys(right!)])) {
    compareValues(
      left![key],
      right![key],
      `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`,
      visit,
    )
  }
}

function leaf(value: JsonValue | undefined): string {
  return value === undefined ? 'nothing' : JSON.stringify(value)
}

function asJson(record: AuditRecord): JsonValue {
  return record as unknown as JsonValue
}

/** A failure while checking is itself something that is not as the report says; anything else is a fault of ours. */
function noteFailure(
  error: unknown,
  at: Pick<Discrepancy, 'kind' | 'where'>,
  { discrepancies }: Verification,
): string {
  if (error instanceof AuditError && error.code === 'INTERRUPTED') throw error
  const message = error instanceof Error ? error.message : String(error)
  discrepancies.push({ ...at, what: message.slice(0, 500) })
  return message
}

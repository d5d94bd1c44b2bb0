import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { needsAccess } from '../core/access.ts'
import type { JsonValue } from '../core/json.ts'
import type { AuditRecord } from '../core/record.ts'
import { readEvidence } from '../io/evidence.ts'
import { sha256Of } from '../io/report-store.ts'
import { openCorpus } from './open.ts'
import type { Opened } from './open.ts'
import type { AuditOptions } from './options.ts'
import { settingsOf } from './options.ts'
import { checkQuotations } from './quotations.ts'
import { optionsOfReport, pipelineOfReport, readReport, readRun } from './report.ts'
import type { Reopening, Report } from './report.ts'
import { brokenSeal } from './run-seal.ts'
import { audit } from './run.ts'
import { emptyVerification, listed, noteFailure, noteTrouble } from './verification.ts'
import type { Discrepancy, Verification } from './verification.ts'
import { checkEmbedded } from './verify-embedded.ts'
import { checkInputs } from './verify-inputs.ts'

export interface VerifyOptions
  extends Reopening, Pick<AuditOptions, 'workers' | 'memoryBytes' | 'signal' | 'onProgress'> {
  /** Only hashes and the findings in audit.json are compared; the audit is not run again. */
  quick?: boolean
}

/**
 * Checks a report against itself and against the data: the hash of each of its files, the hash of each input, each
 * quotation against its row, and, by running the recorded audit again, every number and every piece of evidence.
 * @throws AuditError REPORT_INVALID when there is no report to check
 */
export async function verifyReport(folder: string, options: VerifyOptions = {}): Promise<Verification> {
  const verification = emptyVerification()
  const files = await sealedFiles(folder, verification)
  if (files === null) return verification
  await checkFiles(folder, files, verification)
  let report: Report
  try {
    report = await readReport(folder)
  } catch (error) {
    verification.repeated = noteFailure(error, { kind: 'report', where: 'audit.json' }, verification)
    return verification
  }
  checkBinding(report, verification)
  if (verification.discrepancies.some(({ where }) => where === RUN)) return verification
  await checkInputs(report, options, verification)
  if (options.quick === true) {
    const { file } = report.record.evidence
    await checkEmbedded(report.record.findings, { path: join(folder, file), file }, verification)
    return verification
  }
  await checkQuoted(report, options, verification)
  await repeat(report, options, verification)
  return verification
}

const RUN = 'run.json'

/**
 * The files `run.json` lists, once it is known to be the one that was written; null when it cannot be read. A changed
 * one says nothing about the data: not even where that is.
 * @throws AuditError REPORT_INVALID when there is none
 */
async function sealedFiles(
  folder: string,
  verification: Verification,
): Promise<Readonly<Record<string, string>> | null> {
  const path = join(folder, RUN)
  try {
    const { files } = await readRun(folder)
    const broken = await brokenSeal(path)
    if (broken === null) return files
    const what = 'The file is not the one that was written'
    verification.discrepancies.push({ kind: 'report', where: RUN, what, ...broken })
    verification.repeated = `${RUN} is not the file that was written`
    return files
  } catch (error) {
    if (!existsSync(path)) throw error
    verification.repeated = noteFailure(error, { kind: 'report', where: RUN }, verification)
    return null
  }
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
  let opened: Opened
  try {
    opened = await openCorpus({ loaded, settings })
  } catch (error) {
    noteTrouble(error, { kind: 'input', where: loaded.pipeline.source }, verification)
    return
  }
  try {
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
      ...knownCommits(report, options, verification),
      out,
      ...(workers === undefined ? {} : { workers }),
      ...(memoryBytes === undefined ? {} : { memoryBytes }),
      ...(signal === undefined ? {} : { signal }),
      ...(onProgress === undefined ? {} : { onProgress }),
    })
    const again = await readReport(out)
    noteUnread(report, again, verification)
    // Without all that was read then, what comes out says nothing of the report.
    if (verification.unchecked.length > 0) {
      verification.repeated = 'not all that it read could be opened'
      return
    }
    verification.repeated = true
    await compareReports(report, again, verification)
  } catch (error) {
    const at = { kind: 'report', where: 'the audit run again' } as const
    verification.repeated = noteTrouble(error, at, verification)
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

/** Benchmarks and upstream sets that were read then and could not be read now. */
function noteUnread(report: Report, again: Report, { unchecked }: Verification): void {
  const before = new Set(report.record.notChecked.map(({ what }) => what))
  for (const entry of again.record.notChecked.filter(needsAccess))
    if (!before.has(entry.what)) unchecked.push({ where: entry.what, why: entry.why })
}

/**
 * Which commit touched a file last is not in the data: where the Hub cannot be asked, or was not asked then, or the
 * data lies elsewhere, the report's own answer stands.
 */
function knownCommits(
  { record }: Report,
  { offline, source }: VerifyOptions,
  { notCompared }: Verification,
): Pick<AuditOptions, 'knownCommits'> {
  const { lastCommits, revision } = record.source
  const asked = offline !== true && source === undefined
  if (revision === null || (asked && lastCommits !== undefined)) return {}
  if (lastCommits !== undefined) {
    const why = offline === true ? '--offline' : '--source'
    notCompared.push(`the last commits of the files: the Hub was not asked (${why})`)
  }
  return { knownCommits: lastCommits ?? {} }
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

import { AuditError } from '../core/error.ts'
import type { ErrorCode } from '../core/error.ts'

/** One thing that is not as the report says. */
export interface Discrepancy {
  /** What was looked at: a file of the report, an input, a value of the record, a finding. */
  kind: 'report' | 'input' | 'value' | 'finding'
  where: string
  what: string
  expected?: string
  got?: string
}

/** What could not be opened to be checked. It speaks neither for the report nor against it. */
export interface Unchecked {
  where: string
  why: string
}

export interface Verification {
  discrepancies: Discrepancy[]
  unchecked: Unchecked[]
  /** How much was compared. */
  compared: {
    files: number
    inputs: number
    inputBytes: number
    /** Cards, claims, logs, suppressions, benchmarks and upstream sets beside the data. */
    besides: number
    values: number
    findings: number
    /** Quotations of rows held against the rows themselves. */
    quotations: number
  }
  /** Inputs the audit did not read whole (`--limit`, or a part that failed): they have no hash to compare. */
  notReadWhole: string[]
  /** What was left out of the comparison, and why. */
  notCompared: string[]
  /** Whether the audit was run again; why not, if not. */
  repeated: true | string
}

/** Differences of one kind that are listed; the rest is counted. */
const LISTED = 20

/** Nothing compared yet. */
export function emptyVerification(): Verification {
  return {
    discrepancies: [],
    unchecked: [],
    compared: { files: 0, inputs: 0, inputBytes: 0, besides: 0, values: 0, findings: 0, quotations: 0 },
    notReadWhole: [],
    notCompared: [],
    repeated: 'asked for hashes only',
  }
}

/** The first of many differences, and how many more there are. */
export function listed(found: readonly Discrepancy[]): Discrepancy[] {
  const first = found.slice(0, LISTED)
  const more = found.length - first.length
  const last = first.at(-1)
  return more === 0 || last === undefined
    ? first
    : [...first, { kind: last.kind, where: '…', what: `and ${more} more` }]
}

/**
 * A failure over a file of the report itself: it is not as it was written.
 * @returns what it says. @throws the error when the check was interrupted
 */
export function noteFailure(
  error: unknown,
  at: Pick<Discrepancy, 'kind' | 'where'>,
  { discrepancies }: Verification,
): string {
  const message = messageOf(error)
  discrepancies.push({ ...at, what: message.slice(0, 500) })
  return message
}

/**
 * A failure over the data or what stands beside it. Bytes that are there and are not what the report says are a
 * discrepancy; what cannot be opened, and any fault of the machine or of ours, leaves the check undone.
 * @returns what it says. @throws the error when the check was interrupted
 */
export function noteTrouble(
  error: unknown,
  at: Pick<Discrepancy, 'kind' | 'where'>,
  verification: Verification,
): string {
  if (isAboutContent(error)) return noteFailure(error, at, verification)
  const why = messageOf(error)
  const { unchecked } = verification
  // The same file is asked for by several checks: one line says it.
  if (!unchecked.some((one) => one.why === why.slice(0, 500)))
    unchecked.push({ where: at.where, why: why.slice(0, 500) })
  return why
}

function messageOf(error: unknown): string {
  if (error instanceof AuditError && error.code === 'INTERRUPTED') throw error
  return error instanceof Error ? error.message : String(error)
}

/** Errors that say something of bytes that were read. */
const OF_CONTENT: ReadonlySet<ErrorCode> = new Set([
  'INTEGRITY',
  'PARQUET_INVALID',
  'JSONL_INVALID',
  'SHAPE_UNKNOWN',
  'COLUMN_TYPE',
  'TOKENIZER_INVALID',
  'BENCHMARK_INVALID',
  'CLAIMS_INVALID',
  'PIPELINE_INVALID',
  'REPORT_INVALID',
  'SHARD_FAILED',
])

/** Every error in the chain of causes is about content; one about opening a file, or an error of the system, is not. */
function isAboutContent(error: unknown): boolean {
  if (!(error instanceof AuditError) || !OF_CONTENT.has(error.code)) return false
  for (let cause = error.cause; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof AuditError ? !OF_CONTENT.has(cause.code) : isOfSystem(cause)) return false
  }
  return true
}

function isOfSystem(error: Error): boolean {
  return /^E[A-Z]+$/.test(String((error as NodeJS.ErrnoException).code ?? ''))
}

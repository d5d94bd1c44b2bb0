import { AuditError } from '../core/error.ts'

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
    /** Cards, claims, logs, suppressions, benchmarks and upstream sets beside the data. */
    besides: number
    values: number
    findings: number
    /** Quotations of rows held against the rows themselves. */
    quotations: number
  }
  /** Inputs the audit did not read whole (`--limit`, or a part that failed): they have no hash to compare. */
  notReadWhole: string[]
  /** What could not be compared, and why. */
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
 * A failure while checking is itself something that is not as the report says; anything else is a fault of ours.
 * @returns what it says. @throws the error when the check was interrupted
 */
export function noteFailure(
  error: unknown,
  at: Pick<Discrepancy, 'kind' | 'where'>,
  { discrepancies }: Verification,
): string {
  if (error instanceof AuditError && error.code === 'INTERRUPTED') throw error
  const message = error instanceof Error ? error.message : String(error)
  discrepancies.push({ ...at, what: message.slice(0, 500) })
  return message
}

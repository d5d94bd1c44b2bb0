import type { Finding, RowPlace } from './finding.ts'
import type { Role } from './example.ts'
import type { JsonValue } from './json.ts'

/** A row of the corpus read again. */
export interface ExplainedRow {
  place: RowPlace
  /** Null where the data could not be reached; `why` says so. */
  turns:
    readonly { role: Role; text: string; bytes: number; tokens: Readonly<Record<string, number>> }[] | null
  columns: Readonly<Record<string, JsonValue>>
  why: string | null
}

/** What `assay explain` found for one id. */
export interface Explanation {
  id: string
  /** A finding's own id, or a row's declared id or address. */
  kind: 'finding' | 'row'
  /** The finding asked for; for a row, every finding that names it, worst first. */
  findings: readonly Finding[]
  /** Findings that name it, when `findings` was cut. */
  total: number
  rows: readonly ExplainedRow[]
  /** Other findings on the rows of the finding asked for. */
  others: readonly Finding[]
}

import type { Finding } from '../../core/finding.ts'
import type { AuditRecord } from '../../core/record.ts'
import type { Digest } from './digest.ts'
import type { Html } from './template.ts'

/** How much of each list the page shows; the page is drawn again with smaller caps when it would grow too big. */
export interface Caps {
  /** Rows of a table. */
  rows: number
  /** Contamination cards in all, and per benchmark. */
  cards: number
  benchmarkCards: number
  /** Duplicate pairs. */
  pairs: number
  /** Findings listed per rule. */
  perRule: number
  /** UTF-16 units of a quoted text. */
  text: number
}

/** What every section is a function of. */
export interface View {
  record: AuditRecord
  /** One pass over the findings stream. */
  digest: Digest
  /** sha256 by file name of the report's own files. */
  files: readonly { name: string; sha256: string; about: string }[]
  auditSha256: string
  /** Findings drawn as cards with both texts, by benchmark, and as pairs, by rule. */
  cards: ReadonlyMap<string, readonly Finding[]>
  pairs: ReadonlyMap<string, readonly Finding[]>
  /** Ids of all of these: their anchors stand at the card. */
  carded: ReadonlySet<string>
  caps: Caps
}

/** One section of the page; `aside` is the short figure shown beside its name in the contents. */
export interface Section {
  id: string
  title: string
  aside?: string
  body: Html
}

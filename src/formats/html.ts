import { createHash } from 'node:crypto'
import type { Finding } from '../core/finding.ts'
import type { AuditRecord, Format } from '../core/record.ts'
import { flaggedRows } from './flagged-rows.ts'
import { FindingDigest, digestFindings } from './html/digest.ts'
import { page } from './html/page.ts'
import type { Caps, View } from './html/view.ts'
import { auditDigest } from './json.ts'
import { markdownReport } from './markdown.ts'

/** The page stays below 2 MB whatever the corpus holds. */
export const PAGE_BYTES = 1_900_000

const CAPS: Caps = { rows: 200, cards: 60, benchmarkCards: 5, pairs: 25, perRule: 8, text: 1200 }

/** `report.html`: one file that opens from disk, complete without JavaScript. */
export const html: Format = {
  name: 'html',
  file: 'report.html',
  notes: () => new FindingDigest(),
  async *render(record, findings, known) {
    const digest = (known?.notes as FindingDigest | undefined) ?? (await digestFindings(findings()))
    const auditSha256 = auditDigest(record)
    const flagged = known?.files[flaggedRows.file] ?? (await flaggedSha256(record, findings))
    yield boundedPage({ record, digest, auditSha256, files: fileList(record, auditSha256, flagged) })
  },
}

/** Draws the page, halving every cap until it fits. */
function boundedPage(parts: Pick<View, 'record' | 'digest' | 'auditSha256' | 'files'>): string {
  let caps = CAPS
  for (;;) {
    const view = cutView({ ...parts, caps })
    const text = page(view)
    if (Buffer.byteLength(text) <= PAGE_BYTES || caps.rows <= 1) return text
    caps = {
      rows: caps.rows >> 1,
      cards: caps.cards >> 1,
      benchmarkCards: Math.max(1, caps.benchmarkCards - 1),
      pairs: caps.pairs >> 1,
      perRule: caps.perRule >> 1,
      text: Math.max(120, caps.text >> 1),
    }
  }
}

/** Chooses the findings drawn as cards: every benchmark gets some before any gets more. */
function cutView(view: Omit<View, 'cards' | 'pairs' | 'carded'>): View {
  const { digest, caps } = view
  const share = Math.max(
    1,
    Math.min(caps.benchmarkCards, Math.floor(caps.cards / Math.max(1, digest.benchmarks.size))),
  )
  const cards = firstOfEach(digest.benchmarks, share, caps.cards)
  const pairs = firstOfEach(
    digest.pairs,
    Math.max(1, Math.ceil(caps.pairs / Math.max(1, digest.pairs.size))),
    caps.pairs,
  )
  const carded = new Set([...cards.values(), ...pairs.values()].flat().map((finding) => finding.id))
  return { ...view, cards, pairs, carded }
}

function firstOfEach(
  lists: ReadonlyMap<string, readonly Finding[]>,
  share: number,
  limit: number,
): Map<string, readonly Finding[]> {
  const out = new Map<string, readonly Finding[]>()
  let left = limit
  for (const [name, list] of lists) {
    const taken = list.slice(0, Math.min(share, left))
    left -= taken.length
    out.set(name, taken)
  }
  return out
}

async function flaggedSha256(record: AuditRecord, findings: () => AsyncIterable<Finding>): Promise<string> {
  const flagged = createHash('sha256')
  for await (const line of flaggedRows.render(record, findings)) flagged.update(line)
  return flagged.digest('hex')
}

function fileList(record: AuditRecord, auditSha256: string, flagged: string): View['files'] {
  const report = createHash('sha256').update(markdownReport(record, auditSha256)).digest('hex')
  return [
    { name: 'audit.json', sha256: auditSha256, about: 'the whole audit as data' },
    {
      name: record.evidence.file,
      sha256: record.evidence.sha256,
      about: `every finding with its evidence, ${record.evidence.rows} rows`,
    },
    {
      name: flaggedRows.file,
      sha256: flagged,
      about: 'rows to filter out, with the rules that flag them',
    },
    { name: 'report.md', sha256: report, about: 'the short form of this page' },
  ]
}

import { parquetMetadataAsync, parquetRead } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { AuditError } from '../core/error.ts'
import type { Finding, Place, RowPlace, Severity } from '../core/finding.ts'
import { canonicalJson } from '../core/json.ts'
import type { JsonObject } from '../core/json.ts'
import { blockFrom, packedTexts, unpackFindings } from '../core/packed-findings.ts'
import type { FindingBlock } from '../core/packed-findings.ts'
import type { Tally } from '../core/tally.ts'
import { openBytes } from './bytes.ts'
import { asyncBuffer } from './parquet-second.ts'
import type { PageValue } from './parquet-page.ts'
import { makeBlock, writeParquet } from './write-parquet.ts'
import type { Columns, RowBlock } from './write-parquet.ts'

/** Columns of `evidence.parquet`, in order. A place that is not a row has its name in `path` (components: `component`). */
const COLUMNS = {
  id: 'UTF8',
  rule: 'UTF8',
  severity: 'UTF8',
  kind: 'UTF8',
  component: 'UTF8',
  path: 'UTF8',
  row: 'INT64',
  exampleId: 'UTF8',
  method: 'UTF8',
  benchmark: 'UTF8',
  item: 'UTF8',
  otherComponent: 'UTF8',
  otherPath: 'UTF8',
  otherRow: 'INT64',
  otherExampleId: 'UTF8',
  score: 'DOUBLE',
  message: 'UTF8',
  evidence: 'UTF8',
} as const satisfies Columns

type EvidenceRow = { [name in keyof typeof COLUMNS]?: PageValue }

const ROW_GROUP_ROWS = 4096

/**
 * Writes the findings stream as it comes; zero findings make a valid empty file. Same findings, handed on in the
 * same blocks: same bytes; how findings are cut into blocks depends on the data alone.
 * @param seen is told of every finding.
 */
export async function writeEvidence(
  path: string,
  findings: AsyncIterable<Finding>,
  seen: ((finding: Finding) => void) | null = null,
): Promise<{ sha256: string; rows: number }> {
  const output = { path, columns: COLUMNS, rowGroupRows: ROW_GROUP_ROWS, row: evidenceRow }
  return await writeParquet(output, inBlocks(findings, seen))
}

/** Findings that came from a thread together, all of them and in their order, are written as the pages it made of them. */
async function* inBlocks(
  findings: AsyncIterable<Finding>,
  seen: ((finding: Finding) => void) | null,
): AsyncGenerator<Finding | RowBlock> {
  let block: FindingBlock | null = null
  let passed = 0
  for await (const finding of findings) {
    seen?.(finding)
    if (block !== null && block.findings[passed] !== finding) {
      yield* block.findings.slice(0, passed)
      block = null
    }
    if (block === null) {
      block = blockFrom(finding)
      passed = 0
      if (block?.packed['pages.rows'] === undefined) {
        block = null
        yield finding
        continue
      }
    }
    if (++passed < block.findings.length) continue
    yield pagesOf(block.packed)
    block = null
  }
  if (block !== null) yield* block.findings.slice(0, passed)
}

/** What a thread hands on, with its findings as pages of the file. */
export function withPages(packed: Tally): Tally {
  if (packed['findings.count'] === undefined || packed['findings.count'] === 0) return packed
  const all = unpackFindings(packed).entries()
  const { rows, pages } = makeBlock(COLUMNS, all, ([i, finding]) => rowOf(finding, packedTexts(packed, i)))
  const ends = new Uint32Array(pages.length)
  const bytes = new Uint8Array(pages.reduce((sum, page) => sum + page.bytes.length, 0))
  let end = 0
  pages.forEach((page, i) => {
    bytes.set(page.bytes, end)
    ends[i] = end += page.bytes.length
  })
  return { ...packed, 'pages.rows': rows, 'pages.ends': ends, 'pages.bytes': bytes }
}

function pagesOf(packed: Tally): RowBlock {
  const [values, ends, bytes] = [packed['pages.rows'], packed['pages.ends'], packed['pages.bytes']] as [
    ...[number, Uint32Array, Uint8Array],
  ]
  const pages = Array.from(ends, (end, i) => ({
    ...{ bytes: bytes.subarray(i === 0 ? 0 : ends[i - 1], end), values },
  }))
  return { rows: values, pages }
}

function evidenceRow(finding: Finding): EvidenceRow {
  return rowOf(finding, { message: finding.message, evidence: canonicalJson(finding.evidence) })
}

function rowOf(finding: Finding, texts: { message: PageValue; evidence: PageValue }): EvidenceRow {
  const { id, rule, severity, place, method, benchmark, item, score } = finding
  return { id, rule, severity, method, benchmark, item, score, ...texts, ...placeColumns(place) }
}

function placeColumns(place: Place): EvidenceRow {
  switch (place.kind) {
    case 'row':
      return { kind: 'row', ...rowColumns(place) }
    case 'pair': {
      const { component, path, row, exampleId } = rowColumns(place.b)
      return {
        kind: 'pair',
        ...rowColumns(place.a),
        otherComponent: component,
        otherPath: path,
        otherRow: row,
        otherExampleId: exampleId,
      }
    }
    case 'component':
      return { kind: place.kind, component: place.name }
    case 'shard':
    case 'claim':
    case 'source':
    case 'benchmark':
    case 'corpus':
      return { kind: place.kind, path: place.name }
  }
}

function rowColumns({
  component,
  path,
  row,
  exampleId,
}: RowPlace): Pick<EvidenceRow, 'component' | 'path' | 'row' | 'exampleId'> {
  return { component, path, row, exampleId }
}

/** Reads `evidence.parquet` back, a row group at a time. @throws AuditError REPORT_INVALID */
export async function* readEvidence(path: string): AsyncGenerator<Finding> {
  const reader = await openBytes({ kind: 'file', path })
  try {
    const file = asyncBuffer(reader)
    const metadata = await parquetMetadataAsync(file)
    let start = 0
    for (const group of metadata.row_groups) {
      const rowEnd = start + Number(group.num_rows)
      const rows: Record<string, unknown>[] = []
      await parquetRead({
        file,
        metadata,
        rowStart: start,
        rowEnd,
        compressors,
        rowFormat: 'object',
        onComplete: (complete) => rows.push(...complete),
      })
      for (const row of rows) yield findingOf(row, path)
      start = rowEnd
    }
  } catch (cause) {
    if (cause instanceof AuditError) throw cause
    throw unreadable(path, cause)
  } finally {
    await reader.close()
  }
}

function unreadable(path: string, cause: unknown): AuditError {
  return new AuditError('REPORT_INVALID', {
    what: 'The evidence file cannot be read',
    where: path,
    got: cause instanceof Error ? cause.message : String(cause),
    fix: 'run the audit again',
    cause,
  })
}

function findingOf(row: Record<string, unknown>, path: string): Finding {
  const score = row.score
  let evidence: JsonObject | null = null
  return {
    id: text(row.id),
    rule: text(row.rule),
    severity: text(row.severity) as Severity,
    place: placeOf(row),
    message: text(row.message),
    // Most readers of many findings look at few of their texts.
    get evidence() {
      return (evidence ??= parseEvidence(text(row.evidence), path))
    },
    ...optional('method', row.method),
    ...optional('benchmark', row.benchmark),
    ...optional('item', row.item),
    ...(typeof score === 'number' ? { score } : {}),
  }
}

function parseEvidence(json: string, path: string): JsonObject {
  try {
    return JSON.parse(json) as JsonObject
  } catch (cause) {
    throw unreadable(path, cause)
  }
}

function placeOf(row: Record<string, unknown>): Place {
  const kind = text(row.kind) as Place['kind']
  const a = rowPlace(row.component, row.path, row.row, row.exampleId)
  if (kind === 'row') return { kind, ...a }
  if (kind === 'pair')
    return { kind, a, b: rowPlace(row.otherComponent, row.otherPath, row.otherRow, row.otherExampleId) }
  return { kind, name: text(kind === 'component' ? row.component : row.path) }
}

function rowPlace(component: unknown, path: unknown, row: unknown, exampleId: unknown): RowPlace {
  return {
    component: text(component),
    path: text(path),
    row: Number(row ?? 0),
    ...optional('exampleId', exampleId),
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function optional<K extends string>(key: K, value: unknown): { [name in K]?: string } {
  return typeof value === 'string' ? ({ [key]: value } as { [name in K]?: string }) : {}
}

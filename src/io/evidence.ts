import { parquetMetadataAsync, parquetRead } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import type { FieldSpec } from 'parquetjs-lite'
import { AuditError } from '../core/error.ts'
import type { Finding, Place, RowPlace, Severity } from '../core/finding.ts'
import { textsOf } from '../core/finding-text.ts'
import type { JsonObject } from '../core/json.ts'
import { openBytes } from './bytes.ts'
import { asyncBuffer } from './parquet-second.ts'
import { TEXT, writeParquet } from './write-parquet.ts'

const INTEGER = { ...TEXT, type: 'INT64' } as const

/** Columns of `evidence.parquet`, in order. A place that is not a row has its name in `path` (components: `component`). */
const FIELDS = {
  id: TEXT,
  rule: TEXT,
  severity: TEXT,
  kind: TEXT,
  component: TEXT,
  path: TEXT,
  row: INTEGER,
  exampleId: TEXT,
  method: TEXT,
  benchmark: TEXT,
  item: TEXT,
  otherComponent: TEXT,
  otherPath: TEXT,
  otherRow: INTEGER,
  otherExampleId: TEXT,
  score: { ...TEXT, type: 'DOUBLE' },
  message: TEXT,
  evidence: TEXT,
} as const satisfies Record<string, FieldSpec & { optional: true }>

type EvidenceRow = { [name in keyof typeof FIELDS]?: string | number | Uint8Array | undefined }

const ROW_GROUP_ROWS = 4096

/**
 * Writes the findings stream as it comes; zero findings make a valid empty file. Same findings, same bytes.
 * @param seen is told of every finding.
 */
export async function writeEvidence(
  path: string,
  findings: AsyncIterable<Finding>,
  seen: ((finding: Finding) => void) | null = null,
): Promise<{ sha256: string; rows: number }> {
  const row = (finding: Finding): EvidenceRow => {
    seen?.(finding)
    return evidenceRow(finding)
  }
  return await writeParquet({ path, fields: FIELDS, rowGroupRows: ROW_GROUP_ROWS, row }, findings)
}

function evidenceRow(finding: Finding): EvidenceRow {
  const { id, rule, severity, method, benchmark, item, score } = finding
  const { message, evidence } = textsOf(finding)
  return {
    id,
    rule,
    severity,
    message,
    method,
    benchmark,
    item,
    score,
    evidence,
    ...placeColumns(finding.place),
  }
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

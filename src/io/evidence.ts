import { parquetMetadataAsync, parquetRead } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { AuditError } from '../core/error.ts'
import { FindingBlock, placeInBlock } from '../core/finding-block.ts'
import { placeOf } from '../core/finding-columns.ts'
import { toText } from '../core/finding-text.ts'
import type { Finding, Place, Severity } from '../core/finding.ts'
import type { JsonObject } from '../core/json.ts'
import { FindingPacker } from '../core/packed-findings.ts'
import { openBytes } from './bytes.ts'
import { EVIDENCE_COLUMNS, EvidenceRows } from './evidence-rows.ts'
import { asyncBuffer } from './parquet-second.ts'
import { ParquetFile } from './write-parquet.ts'

/** Findings that came one by one are packed as so many together. */
const LOOSE = 1024

/**
 * Writes the findings stream as it comes; zero findings make a valid empty file. Same findings, packed in the same
 * blocks: same bytes; how findings are cut into blocks depends on the data alone.
 * @param seen is told of every finding.
 */
export async function writeEvidence(
  path: string,
  findings: AsyncIterable<Finding | FindingBlock>,
  seen: ((finding: Finding) => void) | null = null,
): Promise<{ sha256: string; rows: number }> {
  const file = await ParquetFile.create(path, EVIDENCE_COLUMNS)
  try {
    const writer = new EvidenceWriter(file)
    for await (const found of findings) {
      if (seen !== null) for (const finding of found instanceof FindingBlock ? found : [found]) seen(finding)
      await writer.add(found)
    }
    return await writer.finish()
  } finally {
    await file.close()
  }
}

/** Findings [start, end) of a block. */
interface Stretch {
  block: FindingBlock
  start: number
  end: number
}

class EvidenceWriter {
  readonly #file: ParquetFile
  readonly #rows = new EvidenceRows()
  readonly #loose = new FindingPacker()
  /** Findings of one block that came one by one. */
  #held: Stretch | null = null

  constructor(file: ParquetFile) {
    this.#file = file
  }

  async add(found: Finding | FindingBlock): Promise<void> {
    if (found instanceof FindingBlock) {
      await this.#flush()
      return await this.#write({ block: found, start: 0, end: found.count })
    }
    const place = placeInBlock(found)
    if (place !== null) return await this.#hold(place)
    if (this.#held !== null) await this.#flush()
    this.#loose.add(toText(found))
    if (this.#loose.count === LOOSE) await this.#flush()
  }

  async finish(): Promise<{ sha256: string; rows: number }> {
    await this.#flush()
    if (this.#rows.rows > 0) await this.#writeGroup()
    return await this.#file.finish()
  }

  async #hold({ block, i }: { block: FindingBlock; i: number }): Promise<void> {
    if (this.#held?.block === block && this.#held.end === i) {
      this.#held.end++
      return
    }
    await this.#flush()
    this.#held = { block, start: i, end: i + 1 }
  }

  /** Takes over what came one by one. */
  async #flush(): Promise<void> {
    const held = this.#held
    this.#held = null
    if (held !== null) await this.#write(held)
    if (this.#loose.count === 0) return
    const block = new FindingBlock(this.#loose.take())
    await this.#write({ block, start: 0, end: block.count })
  }

  async #write({ block, start, end }: Stretch): Promise<void> {
    for (let i = start; i < end;) {
      i = this.#rows.add(block, i, end)
      if (this.#rows.full) await this.#writeGroup()
    }
  }

  async #writeGroup(): Promise<void> {
    const { rows } = this.#rows
    await this.#file.writeGroup(rows, this.#rows.take())
  }
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
    place: readPlace(row),
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

function readPlace(row: Record<string, unknown>): Place {
  return placeOf({
    kind: text(row.kind) as Place['kind'],
    ...{ component: text(row.component), path: text(row.path), row: Number(row.row ?? 0) },
    ...optional('exampleId', row.exampleId),
    ...{ otherComponent: text(row.otherComponent), otherPath: text(row.otherPath) },
    ...{ otherRow: Number(row.otherRow ?? 0), ...optional('otherExampleId', row.otherExampleId) },
  })
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function optional<K extends string>(key: K, value: unknown): { [name in K]?: string } {
  return typeof value === 'string' ? ({ [key]: value } as { [name in K]?: string }) : {}
}

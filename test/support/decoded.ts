import type { Column, DecodedBatch } from '../../src/core/batch.ts'
import { ROLES, UNREADABLE } from '../../src/core/example.ts'

/** A row as objects, for comparisons. */
export interface PlainRow {
  row: number
  reason: string
  turns: { role: string; flags: number; text: string }[]
  columns: Record<string, unknown>
  record: string
}

export async function plainRows(batches: AsyncIterable<DecodedBatch>): Promise<PlainRow[]> {
  const rows: PlainRow[] = []
  for await (const batch of batches) {
    const records = batch.records()
    for (let i = 0; i < batch.length; i++) {
      const record = decode(records.bytes, records.start[i]!, records.start[i + 1]!)
      rows.push({ ...plainRow(batch, i), record })
    }
  }
  return rows
}

function plainRow(batch: DecodedBatch, i: number): Omit<PlainRow, 'record'> {
  const turns = []
  for (let t = batch.turnStart[i]!; t < batch.turnStart[i + 1]!; t++) {
    const text = decode(batch.bytes, batch.textStart[t]!, batch.textStart[t + 1]!)
    turns.push({ role: ROLES[batch.role[t]!]!, flags: batch.turnFlags[t]!, text })
  }
  const columns = Object.fromEntries([...batch.columns].map(([name, column]) => [name, cell(column, i)]))
  return { row: batch.firstRow + i, reason: UNREADABLE[batch.unreadable[i]!]!, turns, columns }
}

function cell(column: Column, i: number): unknown {
  if (column.valid[i] === 0) return null
  if (column.kind === 'number') return column.values[i]
  if (column.kind === 'boolean') return column.values[i] === 1
  const text = decode(column.bytes, column.start[i]!, column.start[i + 1]!)
  return column.json ? (JSON.parse(text) as unknown) : text
}

function decode(bytes: Uint8Array, start: number, end: number): string {
  return new TextDecoder('utf-8', { ignoreBOM: true, fatal: true }).decode(bytes.subarray(start, end))
}

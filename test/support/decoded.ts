import type { Column, DecodedBatch } from '../../src/core/batch.ts'
import { ROLES, UNREADABLE } from '../../src/core/example.ts'

/** A row as objects, for comparisons. */
export interface PlainRow {
  row: number
  reason: string
  /** `unread`: names and hashes of what a turn holds beside what was read of it. */
  turns: { role: string; flags: number; text: string; unread?: string[] }[]
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
    const unread = unreadOf(batch, t)
    const turn = { role: ROLES[batch.role[t]!]!, flags: batch.turnFlags[t]!, text }
    turns.push(unread.length > 0 ? { ...turn, unread } : turn)
  }
  const columns = Object.fromEntries([...batch.columns].map(([name, column]) => [name, cell(column, i)]))
  return { row: batch.firstRow + i, reason: UNREADABLE[batch.unreadable[i]!]!, turns, columns }
}

function unreadOf({ unread }: DecodedBatch, turn: number): string[] {
  if (unread === undefined) return []
  return unread.turn.flatMap((t, i) => (t === turn ? [`${unread.field[i]!} ${unread.sha256[i]!}`] : []))
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

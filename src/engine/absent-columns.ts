import type { Batch } from '../core/batch.ts'
import { SHAPE_COLUMNS, shapeColumns } from '../io/shape.ts'

/** Rows without the columns their file is read from: rows of another layout. */
export type AbsentColumns = {
  /** Columns the rows of the file are read from. */
  readFrom: string[]
  /** Rows that have none of them, ascending, each with the columns it has that look like a conversation or text. */
  rows: [row: number, columns: string[]][]
}

export const NOTHING_ABSENT: Readonly<AbsentColumns> = { readFrom: [], rows: [] }

/** Columns of a row by whose names other files are read; names nobody knows are text of the corpus, and not told. */
export function noteAbsent(absent: AbsentColumns, batch: Batch, i: number): void {
  absent.readFrom = shapeColumns(batch.schema.shape)
  const names: string[] = []
  for (const [name, { valid }] of batch.columns)
    if (valid[i] === 1 && SHAPE_COLUMNS.has(name.toLowerCase())) names.push(name)
  absent.rows.push([batch.firstRow + i, names.sort()])
}

/** What is absent, what is there instead, and what to do; continues the message of the finding. */
export function absentText(readFrom: readonly string[], seen: readonly string[]): string {
  const listed = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ')
  const absent = readFrom.length === 0 ? '' : `: ${listed(readFrom)}`
  if (seen.length === 0) return absent
  return `${absent}; it has ${listed(seen)}, which is read where rows of this layout stand in a file of their own`
}

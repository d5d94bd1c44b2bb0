import type { ExampleColumns } from '../core/example.ts'
import type { SchemaField } from '../core/plan.ts'
import { recogniseColumns, shapeColumns } from './shape.ts'

export interface ReadOptions {
  columns: ExampleColumns
  /** What one thread may take for decoding. */
  memoryBytes: number
  /** `second`: hyparquet reads every row group, e.g. after a worker died on it. Default: parquet-wasm first. */
  reader?: 'first' | 'second'
  /**
   * Rows that are wanted, asked for in ascending order; without it, all. A reader may leave the others empty in their
   * batch: it does where it can tell before decoding them.
   */
  only?: ((row: number) => boolean) | undefined
  onRowGroupRetry?(info: { rowGroup: number; why: string }): void
}

/**
 * The plan's columns as this shard has them. Components may differ in their layout; a shard without the plan's
 * conversation column is recognised by itself. @throws AuditError SHAPE_UNKNOWN, COLUMN_TYPE
 */
export function columnsFor(
  schema: readonly SchemaField[],
  wanted: ExampleColumns,
  where: string,
): ExampleColumns {
  const names = new Set(schema.map((field) => field.name))
  const shapeFits = shapeColumns(wanted.shape).every((name) => names.has(name))
  const own = recogniseColumns(schema, shapeFits ? { shape: wanted.shape } : {}, where)
  const keep = (name: string | null, otherwise: string | null): string | null =>
    name !== null && names.has(name) ? name : otherwise
  return { shape: own.shape, id: keep(wanted.id, own.id), source: keep(wanted.source, own.source) }
}

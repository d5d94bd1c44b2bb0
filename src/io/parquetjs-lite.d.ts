/** The part of parquetjs-lite that is used; the package brings no types. */
declare module 'parquetjs-lite' {
  export interface FieldSpec {
    type: 'UTF8' | 'INT32' | 'INT64' | 'DOUBLE' | 'BOOLEAN' | 'BYTE_ARRAY'
    optional?: boolean
    compression?: 'SNAPPY' | 'GZIP' | 'UNCOMPRESSED'
    statistics?: false
  }
  export class ParquetSchema {
    constructor(fields: Readonly<Record<string, FieldSpec>>)
  }
  export interface Sink {
    write(bytes: Uint8Array, done: (error?: Error | null) => void): void
    end(done: (error?: Error | null) => void): void
  }
  export interface WriterOptions {
    rowGroupSize?: number
    pageSize?: number
    useDataPageV2?: boolean
    pageIndex?: false
  }
  /** Rows of the row group that is being filled, column by column: what `ParquetShredder` makes of them. */
  export interface RowBuffer {
    rowCount: number
    pageRowCount: number
    columnData: Record<string, ColumnData>
    pages: Record<string, unknown[]>
  }
  export interface ColumnData {
    dlevels: number[]
    rlevels: number[]
    values: unknown[]
    distinct_values: Set<unknown>
    count: number
  }
  export class ParquetWriter {
    rowBuffer: RowBuffer | Record<string, never>
    static openStream(schema: ParquetSchema, sink: Sink, options?: WriterOptions): Promise<ParquetWriter>
    appendRow(row: Readonly<Record<string, unknown>>): Promise<void>
    setMetadata(key: string, value: string): void
    close(): Promise<void>
  }
  const parquet: { ParquetSchema: typeof ParquetSchema; ParquetWriter: typeof ParquetWriter }
  export default parquet
}

/** The part of parquetjs-lite that is used; the package brings no types. */
declare module 'parquetjs-lite' {
  export interface FieldSpec {
    type: 'UTF8' | 'INT64' | 'DOUBLE'
    optional?: boolean
    compression?: 'SNAPPY'
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
    useDataPageV2?: boolean
    pageIndex?: false
  }
  /** A row group: pages of each column. */
  export interface RowBuffer {
    rowCount: number
    pages: Record<string, { page: Uint8Array; num_values: number }[]>
  }
  export class ParquetWriter {
    envelopeWriter: { writeRowGroup(rows: RowBuffer): Promise<void> }
    static openStream(schema: ParquetSchema, sink: Sink, options?: WriterOptions): Promise<ParquetWriter>
    close(): Promise<void>
  }
  const parquet: { ParquetSchema: typeof ParquetSchema; ParquetWriter: typeof ParquetWriter }
  export default parquet
}

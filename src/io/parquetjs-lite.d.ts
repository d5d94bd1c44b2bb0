/** The part of parquetjs-lite that is used; the package brings no types. */
declare module 'parquetjs-lite' {
  export interface FieldSpec {
    type: 'UTF8' | 'INT32' | 'INT64' | 'DOUBLE' | 'BOOLEAN' | 'BYTE_ARRAY'
    optional?: boolean
    compression?: 'SNAPPY' | 'GZIP' | 'UNCOMPRESSED'
    statistics?: false
  }
  export interface ListSpec {
    repeated: true
    fields: Readonly<Record<string, FieldSpec>>
  }
  export class ParquetSchema {
    constructor(fields: Readonly<Record<string, FieldSpec | ListSpec>>)
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
  export class ParquetWriter {
    static openStream(schema: ParquetSchema, sink: Sink, options?: WriterOptions): Promise<ParquetWriter>
    appendRow(row: Readonly<Record<string, unknown>>): Promise<void>
    setMetadata(key: string, value: string): void
    close(): Promise<void>
  }
  const parquet: { ParquetSchema: typeof ParquetSchema; ParquetWriter: typeof ParquetWriter }
  export default parquet
}

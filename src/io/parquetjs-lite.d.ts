/** The parts of parquetjs-lite that are used; the package brings no types. */
declare module 'parquetjs-lite' {
  import type { RowGroup } from 'parquetjs-lite/gen-nodejs/parquet_types.js'

  export interface FieldSpec {
    type: 'UTF8' | 'INT64' | 'DOUBLE'
    optional: true
  }
  export class ParquetSchema {
    constructor(fields: Readonly<Record<string, FieldSpec>>)
  }
  /** Writes the envelope of a file: its head, and the footer that tells of the row groups. */
  export class ParquetEnvelopeWriter {
    rowCount: number
    rowGroups: RowGroup[]
    constructor(
      schema: ParquetSchema,
      write: (bytes: Uint8Array) => Promise<void>,
      close: () => void,
      fileOffset: number,
      options: Readonly<Record<string, never>>,
    )
    writeHeader(): Promise<void>
    writeFooter(userMetadata: Readonly<Record<string, string>>): Promise<void>
  }
  const parquet: { ParquetSchema: typeof ParquetSchema; ParquetEnvelopeWriter: typeof ParquetEnvelopeWriter }
  export default parquet
}

declare module 'parquetjs-lite/gen-nodejs/parquet_types.js' {
  export interface ColumnMetaDataFields {
    type: number
    encodings: number[]
    path_in_schema: string[]
    codec: number
    num_values: number
    total_uncompressed_size: number
    total_compressed_size: number
    data_page_offset: number
    dictionary_page_offset?: number
  }
  export class ColumnMetaData {
    constructor(fields: ColumnMetaDataFields)
  }
  export class ColumnChunk {
    constructor(fields: { file_offset: number; meta_data: ColumnMetaData })
  }
  export class RowGroup {
    constructor(fields: { columns: ColumnChunk[]; total_byte_size: number; num_rows: number })
  }
  const types: {
    ColumnMetaData: typeof ColumnMetaData
    ColumnChunk: typeof ColumnChunk
    RowGroup: typeof RowGroup
    Type: Readonly<Record<'INT64' | 'DOUBLE' | 'BYTE_ARRAY', number>>
  }
  export default types
}

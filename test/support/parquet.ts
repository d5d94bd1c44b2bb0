import { DuckDBInstance } from '@duckdb/node-api'
import { writeFile } from 'node:fs/promises'
import type { ShardInfo } from '../../src/core/plan.ts'
import type { Shard } from '../../src/core/source.ts'
import { openBytes } from '../../src/io/bytes.ts'
import { readFooter } from '../../src/io/footer.ts'

export interface DuckOptions {
  /** Column name → DuckDB type. */
  columns: Readonly<Record<string, string>>
  codec?: 'uncompressed' | 'snappy' | 'gzip' | 'zstd' | 'brotli' | 'lz4_raw'
  version?: 'V1' | 'V2'
  rowGroupRows?: number
}

/** Writes rows as Parquet with DuckDB: a writer that shares no code with the readers under test. */
export async function duckParquet(
  path: string,
  rows: readonly object[],
  options: DuckOptions,
): Promise<void> {
  const lines = `${path}.source.jsonl`
  await writeFile(lines, rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  const types = Object.entries(options.columns).map(([name, type]) => `'${name}': '${type}'`)
  const select =
    rows.length === 0
      ? `SELECT ${Object.entries(options.columns).map(([name, type]) => `NULL::${type} AS "${name}"`)} LIMIT 0`
      : `SELECT * FROM read_json('${lines}', columns = {${types.join(', ')}}, format = 'newline_delimited', maximum_object_size = 100000000)`
  const { codec = 'snappy', version = 'V1', rowGroupRows = 122_880 } = options
  await duck(
    `COPY (${select}) TO '${path}' (FORMAT parquet, COMPRESSION ${codec}, PARQUET_VERSION ${version}, ROW_GROUP_SIZE ${rowGroupRows})`,
  )
}

export async function duck(sql: string): Promise<Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await instance.connect()
  try {
    return (await connection.runAndReadAll(sql)).getRowObjects()
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

/** A shard as the source would describe it. */
export async function shardOf(path: string, format: Shard['format'] = 'parquet'): Promise<ShardInfo> {
  const location = { kind: 'file', path } as const
  const reader = await openBytes(location)
  try {
    const base = { component: 'c', path: 'data/c/x', bytes: reader.bytes, sha256: null, format, location }
    if (format !== 'parquet') return { ...base, rows: null, schema: null, writer: null, rowGroups: null }
    return { ...base, ...(await readFooter(reader, path)) }
  } finally {
    await reader.close()
  }
}

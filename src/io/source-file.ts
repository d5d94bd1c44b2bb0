import type { Shard } from '../core/source.ts'
import { compileGlob } from './glob.ts'

/** A file of a source before it is a shard. */
export interface SourceFile {
  /** Relative to the source root, forward slashes. */
  path: string
  bytes: number
  /** Declared by the Hub (`lfs.oid`). */
  sha256: string | null
  /** Git object id: sha1 of a git blob; for LFS files of its pointer. */
  gitOid: string | null
}

/** The format a name stands for; `.json` only where the file was asked for by name. */
export function formatOf(path: string, asked = false): Shard['format'] | null {
  const name = path.toLowerCase()
  if (name.endsWith('.parquet')) return 'parquet'
  if (/\.(jsonl|ndjson)$/.test(name) || (asked && name.endsWith('.json'))) return 'jsonl'
  if (/\.(jsonl|ndjson)\.gz$/.test(name) || (asked && name.endsWith('.json.gz'))) return 'jsonl.gz'
  if (/\.(jsonl|ndjson)\.zstd?$/.test(name) || (asked && /\.json\.zstd?$/.test(name))) return 'jsonl.zst'
  return null
}

/** Files of rows that a pattern matches, or that it names to the letter. A `.json` file counts where the pattern speaks of json. */
export function matching<File extends { path: string }>(
  files: readonly File[],
  patterns: readonly string[],
): File[] {
  const wanted = patterns.map((text) => ({ text, match: compileGlob(text), asked: /json/i.test(text) }))
  return files.filter(({ path }) =>
    wanted.some(
      ({ text, match, asked }) =>
        formatOf(path, asked || text === path) !== null && (text === path || match(path)),
    ),
  )
}

/** Order of paths and names in everything that is written. */
export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** What a reader of an error needs: each field is one sentence or less. */
export interface ErrorDetail {
  /** What went wrong, as a fact. */
  what: string
  /** The file, shard, row group, key or address concerned. */
  where?: string
  expected?: string
  got?: string
  /** What the user can do about it. */
  fix?: string
  cause?: unknown
}

/** Every stable error code; tests and callers match on these, never on messages. */
export type ErrorCode =
  | 'USAGE' // the command line is wrong
  | 'PIPELINE_INVALID' // YAML, schema, unknown key
  | 'PATH_OUTSIDE' // a pipeline names a path outside its own folder
  | 'SOURCE_INVALID' // the source string cannot be understood
  | 'SOURCE_EMPTY' // no shard matched
  | 'HUB_NOT_FOUND' // repository or file unknown
  | 'HUB_REVISION' // revision not found
  | 'HUB_UNAUTHORIZED' // 401: the token is missing or wrong
  | 'HUB_FORBIDDEN' // 403: the token lacks access
  | 'HUB_UNREACHABLE' // network, 5xx after retries, 429 after retries
  | 'HUB_OFFLINE' // --offline and not in the cache
  | 'HUB_BUDGET' // request or byte budget used up
  | 'INTEGRITY' // bytes differ from the declared hash
  | 'PARQUET_INVALID'
  | 'JSONL_INVALID'
  | 'SHAPE_UNKNOWN' // no column of text or conversation found
  | 'COLUMN_TYPE' // a named column has the wrong type
  | 'TOKENIZER_INVALID'
  | 'BENCHMARK_INVALID'
  | 'CLAIMS_INVALID'
  | 'REPORT_INVALID' // a report directory that cannot be read
  | 'OUTPUT' // output cannot be written
  | 'DISK_FULL'
  | 'MEMORY' // a piece of work does not fit --memory
  | 'SHARD_FAILED' // a shard failed during map
  | 'INTERRUPTED'
  | 'INTERNAL'

/**
 * An error meant for a person: says what, where, expected, got, and what to do.
 * Only `cli/main` prints it; everything else throws it or wraps it as `cause`.
 */
export class AuditError extends Error {
  readonly code: ErrorCode
  readonly detail: ErrorDetail

  constructor(code: ErrorCode, detail: ErrorDetail) {
    super(sentence(detail), detail.cause === undefined ? undefined : { cause: detail.cause })
    this.name = 'AuditError'
    this.code = code
    this.detail = detail
  }
}

function sentence(detail: ErrorDetail): string {
  const parts = [detail.what]
  if (detail.where !== undefined) parts.push(`at ${detail.where}`)
  if (detail.expected !== undefined) parts.push(`expected ${detail.expected}`)
  if (detail.got !== undefined) parts.push(`got ${detail.got}`)
  if (detail.fix !== undefined) parts.push(detail.fix)
  return parts.join('; ')
}

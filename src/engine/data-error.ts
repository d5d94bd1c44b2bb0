import { AuditError } from '../core/error.ts'
import type { ErrorCode } from '../core/error.ts'

/** Errors of the data itself; any other error is about the machine or the program and always stops the run. */
const DATA_ERRORS: ReadonlySet<ErrorCode> = new Set([
  'PARQUET_INVALID',
  'JSONL_INVALID',
  'COLUMN_TYPE',
  'SHAPE_UNKNOWN',
  'MEMORY',
  'INTEGRITY',
  'HUB_NOT_FOUND',
  'HUB_UNREACHABLE',
  'HUB_OFFLINE',
  'HUB_FORBIDDEN',
  'HUB_UNAUTHORIZED',
  'SOURCE_INVALID',
])

export function isDataError(error: unknown): error is AuditError {
  return error instanceof AuditError && DATA_ERRORS.has(error.code)
}

import { AuditError } from '../core/error.ts'

/** What a failed write means for the user. */
export function writeFailure(cause: unknown, where: string): AuditError {
  if (cause instanceof AuditError) return cause
  const code = (cause as NodeJS.ErrnoException).code
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') {
    return new AuditError('DISK_FULL', {
      what: 'There is no room left to write',
      where,
      got: code,
      fix: 'Free some space, or write elsewhere with --out',
      cause,
    })
  }
  return new AuditError('OUTPUT', {
    what: 'The output cannot be written',
    where,
    got: code ?? (cause instanceof Error ? cause.message : String(cause)),
    fix: 'Check that the folder exists and may be written, or name another with --out',
    cause,
  })
}

import { mkdir, statfs } from 'node:fs/promises'
import { AuditError } from '../core/error.ts'

/** Left free after a download, so that tallies and the report still fit. */
const RESERVE = 32 * 1024 * 1024

/** Maps what the file system says when writing; a full disk is told apart. */
export function outputError(what: string, where: string, cause: unknown): AuditError {
  if (cause instanceof AuditError) return cause
  const code = (cause as NodeJS.ErrnoException | null)?.code
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new AuditError('DISK_FULL', {
      what,
      where,
      got: 'no space left',
      fix: 'Free space, or choose another disk.',
      cause,
    })
  return new AuditError('OUTPUT', {
    what,
    where,
    got: code ?? 'an unknown failure',
    fix: 'Check that it can be written.',
    cause,
  })
}

/**
 * Refuses before the first byte is taken.
 * @param bytes about to be written below `folder`, which is made if needed.
 * @throws AuditError DISK_FULL, OUTPUT
 */
export async function checkSpace(folder: string, bytes: number): Promise<void> {
  if (bytes <= 0) return
  let free: number
  try {
    await mkdir(folder, { recursive: true })
    const { bavail, bsize } = await statfs(folder)
    free = bavail * bsize
  } catch (error) {
    throw outputError('The folder cannot be written', folder, error)
  }
  if (free >= bytes + RESERVE) return
  throw new AuditError('DISK_FULL', {
    what: 'There is not enough disk space for the download',
    where: folder,
    expected: `${bytes + RESERVE} bytes free (${RESERVE} of them for the report)`,
    got: `${free} bytes free`,
    fix: 'Free space, or choose another folder with --cache.',
  })
}

/** A local file that cannot be opened or read. */
export function unreadable(path: string, cause: unknown): AuditError {
  const code = (cause as NodeJS.ErrnoException | null)?.code ?? 'an unknown failure'
  return new AuditError('SOURCE_INVALID', {
    what: code === 'ENOENT' ? 'There is no such file' : 'The file cannot be read',
    where: path,
    got: code,
    fix: 'Check the path and its permissions.',
    cause,
  })
}

import { createHash } from 'node:crypto'
import type { Hash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { AuditError } from '../core/error.ts'
import type { ObtainedShard } from '../core/source.ts'
import { unreadable } from './disk.ts'
import { LineMarks } from './line-marks.ts'

const CHUNK = 1 << 20

export interface HashedFile {
  bytes: number
  /** Lower-case hex. */
  sha256: string
  /** Git's name for the same bytes: sha1 over `blob <bytes>\0` and the bytes. */
  gitOid: string | null
  lines: ObtainedShard['lines']
}

export interface HashWishes {
  /** Collect line marks (plain JSONL). */
  lines: boolean
  /** Compute git's object id as well. */
  git: boolean
  progress?: ((bytesDone: number) => void) | undefined
}

/**
 * Reads a file once from disk and returns its hashes, and for plain JSONL where its lines are.
 * @param bytes the size it was listed with; another size means the file changed meanwhile.
 * @throws AuditError INTEGRITY when the size is another, SOURCE_INVALID when it cannot be read.
 */
export async function hashFile(path: string, bytes: number, wishes: HashWishes): Promise<HashedFile> {
  const sha256 = createHash('sha256')
  const git = wishes.git ? gitHash(bytes) : null
  const marks = wishes.lines ? new LineMarks() : null
  const read = await readThrough(path, (chunk, done) => {
    sha256.update(chunk)
    git?.update(chunk)
    marks?.add(chunk)
    wishes.progress?.(done)
  })
  if (read !== bytes) throw changed(path, bytes, read)
  return {
    bytes: read,
    sha256: sha256.digest('hex'),
    gitOid: git?.digest('hex') ?? null,
    lines: marks?.finish() ?? null,
  }
}

/** Starts git's object hash of a blob with this many bytes. */
export function gitHash(bytes: number): Hash {
  return createHash('sha1').update(`blob ${bytes}\0`)
}

/** Feeds the file to `take` chunk by chunk; a chunk is valid only during the call. */
export async function readThrough(
  path: string,
  take: (chunk: Uint8Array, done: number) => void,
): Promise<number> {
  const file = await open(path, 'r').catch((error: unknown) => {
    throw unreadable(path, error)
  })
  try {
    const buffer = new Uint8Array(CHUNK)
    let done = 0
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, CHUNK, done)
      if (bytesRead === 0) return done
      done += bytesRead
      take(buffer.subarray(0, bytesRead), done)
    }
  } finally {
    await file.close()
  }
}

function changed(path: string, expected: number, got: number): AuditError {
  return new AuditError('INTEGRITY', {
    what: 'A file changed while it was read',
    where: path,
    expected: `${expected} bytes, as listed`,
    got: `${got} bytes`,
    fix: 'Run the audit again once nothing writes to the file.',
  })
}

import { open } from 'node:fs/promises'
import { AuditError } from '../core/error.ts'
import type { ByteLocation, ByteReader } from '../core/source.ts'

/** Opens a local file for random access. */
export async function openBytes(location: ByteLocation): Promise<ByteReader> {
  if (location.kind !== 'file') {
    throw new AuditError('INTERNAL', { what: 'Only local files can be opened here', where: location.path })
  }
  const file = await open(location.path, 'r')
  const { size } = await file.stat()
  const read = async (start: number, end: number): Promise<Uint8Array> => {
    const bytes = new Uint8Array(end - start)
    const { bytesRead } = await file.read(bytes, 0, bytes.length, start)
    if (bytesRead !== bytes.length)
      throw new AuditError('INTEGRITY', { what: 'The file ends early', where: location.path })
    return bytes
  }
  return { bytes: size, read, close: () => file.close() }
}

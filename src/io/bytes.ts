import { open } from 'node:fs/promises'
import { AuditError } from '../core/error.ts'
import type { ByteLocation, ByteReader } from '../core/source.ts'
import { unreadable } from './disk.ts'
import { HubClient } from './hub-client.ts'
import { openRemote } from './hub-repo.ts'
import { hubSettings } from './hub-settings.ts'

/**
 * Opens a file or a remote file for random access. Endpoint and token come from the environment; a token is sent only
 * where the location says so. @throws AuditError
 */
export async function openBytes(location: ByteLocation): Promise<ByteReader> {
  if (location.kind === 'file') return openFile(location.path)
  const { repo: name, repoType: type, revision: commit, path, bytes } = location
  const client = clientFor(location.useToken === true)
  return openRemote({ client, type, name, commit }, path, bytes)
}

const clients = new Map<string, HubClient>()

/** One client per endpoint and token, so that its budgets count the whole process. */
export function clientFor(useToken: boolean): HubClient {
  const settings = hubSettings({ offline: false, useToken })
  const key = `${settings.endpoint} ${settings.token ?? ''}`
  const client = clients.get(key) ?? new HubClient(settings)
  clients.set(key, client)
  return client
}

async function openFile(path: string): Promise<ByteReader> {
  const file = await open(path, 'r').catch((error: unknown) => {
    throw unreadable(path, error)
  })
  const { size } = await file.stat()
  return {
    bytes: size,
    close: () => file.close(),
    read: async (start, end) => {
      if (start < 0 || end > size || start > end) throw short(path, start, end, size)
      // All of it is read into: memory that was used before need not be cleared.
      const bytes = new Uint8Array(Buffer.allocUnsafeSlow(end - start).buffer)
      for (let at = 0; at < bytes.byteLength;) {
        const { bytesRead } = await file.read(bytes, at, bytes.byteLength - at, start + at)
        if (bytesRead === 0) throw short(path, start, end, start + at)
        at += bytesRead
      }
      return bytes
    },
  }
}

function short(path: string, start: number, end: number, size: number): AuditError {
  return new AuditError('INTEGRITY', {
    what: 'The file is shorter than the bytes asked for',
    where: path,
    expected: `bytes ${start}–${end}`,
    got: `${size} bytes`,
    fix: 'The file is truncated or changed while it was read.',
  })
}

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AuditError } from '../../../src/core/error.ts'
import type { JsonObject } from '../../../src/core/json.ts'
import { packageRoot } from '../../../src/core/package.ts'
import type { Resources } from '../../../src/core/stage.ts'

/** Resources of a folder: JSON lines and files as they lie on disk; nothing from the network. */
export function localResources(folder: string): Resources {
  return {
    async file(ref) {
      if (ref.kind === 'hub') throw offline(ref.repo)
      const path = ref.kind === 'package' ? join(packageRoot, 'data', ref.path) : join(folder, ref.path)
      const bytes = new Uint8Array(readFileSync(path))
      return { bytes, sha256: sha256(bytes), origin: ref.path, revision: null }
    },
    async table(ref) {
      if (ref.kind === 'hub') throw offline(ref.repo)
      const bytes = new Uint8Array(readFileSync(join(folder, ref.path)))
      return { rows: lines(bytes), sha256: sha256(bytes), origin: ref.path, revision: null, licence: null }
    },
  }
}

async function* lines(bytes: Uint8Array): AsyncGenerator<JsonObject> {
  for (const line of new TextDecoder().decode(bytes).split('\n')) {
    if (line.trim() !== '') yield JSON.parse(line) as JsonObject
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function offline(repo: string): AuditError {
  return new AuditError('HUB_OFFLINE', { what: `${repo} is not in the cache and the run is offline` })
}

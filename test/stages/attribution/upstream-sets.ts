import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AuditError } from '../../../src/core/error.ts'
import type { JsonObject } from '../../../src/core/json.ts'
import { packageRoot } from '../../../src/core/package.ts'
import type { Resources } from '../../../src/core/stage.ts'

/** Upstream sets a test holds in memory, by `repo/split` or file name; anything else cannot be read. */
export function upstreamSets(tables: Readonly<Record<string, readonly JsonObject[]>>): Resources {
  return {
    file(ref) {
      if (ref.kind !== 'package') throw new Error('only the registry is read as a file')
      const bytes = readFileSync(join(packageRoot, 'data', ref.path))
      return Promise.resolve({ bytes, sha256: '', origin: ref.path, revision: null })
    },
    table(ref) {
      const key = ref.kind === 'local' ? ref.path : `${ref.repo}/${ref.split ?? ''}`
      const rows = tables[key]
      if (rows === undefined) {
        throw new AuditError('HUB_NOT_FOUND', { what: 'no such set', where: key })
      }
      return Promise.resolve({ rows: stream(rows), sha256: '', origin: key, revision: null, licence: null })
    },
  }
}

async function* stream(rows: readonly JsonObject[]): AsyncIterable<JsonObject> {
  yield* rows
}

/** A question of its own for every number, so that no two share a run of five words. */
export function question(number: number, seed = 'q'): string {
  const word = (place: number): string => `${seed}${letters(number)}w${letters(place)}`
  return (
    `A ${20 + (number % 60)} year old ${word(1)} with ${word(2)} and ${word(3)} ${word(4)} after ${word(5)} ` +
    `asks ${word(6)} about ${word(7)} ${word(8)}?`
  )
}

/** A number in letters, because letters and digits are words of their own. */
function letters(number: number): string {
  return [...String(number)].map((digit) => 'abcdefghij'[Number(digit)]).join('')
}

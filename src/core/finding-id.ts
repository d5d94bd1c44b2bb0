import { createHash } from 'node:crypto'
import { canonicalJson } from './json.ts'
import type { JsonObject } from './json.ts'
import type { Finding, FindingDraft, Place, RowPlace } from './finding.ts'

/** Completes a finding with its id: 16 hex digits of sha256 over rule, place and key. */
export function finding(draft: FindingDraft): Finding {
  const { key, ...rest } = draft
  return { id: findingId(draft.rule, draft.place, key), ...rest }
}

export function findingId(rule: string, place: Place, key = ''): string {
  const text = canonicalJson([rule, address(place), key])
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}

/** The address alone: a declared id may be missing or change without the place changing. */
function address(place: Place): JsonObject {
  if (place.kind === 'row') return { kind: 'row', row: rowAddress(place) }
  if (place.kind === 'pair') return { kind: 'pair', a: rowAddress(place.a), b: rowAddress(place.b) }
  return { kind: place.kind, name: place.name }
}

function rowAddress(place: RowPlace): JsonObject {
  return { component: place.component, path: place.path, row: place.row }
}

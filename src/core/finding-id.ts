import { hash } from 'node:crypto'
import type { Finding, FindingDraft, Place, RowPlace } from './finding.ts'

/** Completes a finding with its id: 16 hex digits of sha256 over rule, place and key. */
export function finding(draft: FindingDraft): Finding {
  const { key, ...rest } = draft
  return { id: findingId(draft.rule, draft.place, key), ...rest }
}

export function findingId(rule: string, place: Place, key = ''): string {
  return hash('sha256', `[${JSON.stringify(rule)},${address(place)},${JSON.stringify(key)}]`).slice(0, 16)
}

/** Canonical JSON of the address alone: a declared id may be missing or change without the place changing. */
function address(place: Place): string {
  if (place.kind === 'row') return `{"kind":"row","row":${rowAddress(place)}}`
  if (place.kind === 'pair') return `{"a":${rowAddress(place.a)},"b":${rowAddress(place.b)},"kind":"pair"}`
  return `{"kind":${JSON.stringify(place.kind)},"name":${JSON.stringify(place.name)}}`
}

function rowAddress({ component, path, row }: RowPlace): string {
  return `{"component":${JSON.stringify(component)},"path":${JSON.stringify(path)},"row":${row}}`
}

import { hash } from 'node:crypto'
import type { Finding, FindingDraft, Place, RowPlace } from './finding.ts'

/** Completes a finding with its id: 16 hex digits of sha256 over rule, place and key. */
export function finding(draft: FindingDraft): Finding {
  const { key, ...rest } = draft
  return { id: findingId(draft.rule, draft.place, key), ...rest }
}

export function findingId(rule: string, place: Place, key = ''): string {
  return framedId(idFrame(rule, key), placeAddress(place))
}

/** What stands around the address in the text an id is the hash of: findings of many places share it. */
export interface IdFrame {
  start: string
  end: string
}

export function idFrame(rule: string, key: string): IdFrame {
  return { start: `[${JSON.stringify(rule)},`, end: `,${JSON.stringify(key)}]` }
}

/** @param address of the place, see `placeAddress`. */
export function framedId({ start, end }: IdFrame, address: string): string {
  return hash('sha256', start + address + end).slice(0, 16)
}

/** Canonical JSON of the address alone: a declared id may be missing or change without the place changing. */
export function placeAddress(place: Place): string {
  if (place.kind === 'row') return `{"kind":"row","row":${rowAddress(place)}}`
  if (place.kind === 'pair') return `{"a":${rowAddress(place.a)},"b":${rowAddress(place.b)},"kind":"pair"}`
  return `{"kind":${JSON.stringify(place.kind)},"name":${JSON.stringify(place.name)}}`
}

function rowAddress({ component, path, row }: RowPlace): string {
  return `{"component":${JSON.stringify(component)},"path":${JSON.stringify(path)},"row":${row}}`
}

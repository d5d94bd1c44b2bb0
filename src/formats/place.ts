import type { Finding, Place, RowPlace } from '../core/finding.ts'

/** `path row 12` as one line of text, the declared id after it. Text of the corpus: callers escape it. */
export function rowText(place: RowPlace): string {
  const id = place.exampleId === undefined ? '' : ` (${place.exampleId})`
  return `${place.path} row ${place.row}${id}`
}

export function placeText(place: Place): string {
  if (place.kind === 'row') return rowText(place)
  if (place.kind === 'pair') return `${rowText(place.a)} and ${rowText(place.b)}`
  return `${place.kind} ${place.name}`
}

/** Rows a place names: none for a shard, component, claim, source or benchmark. */
export function rowsOf(place: Place): readonly RowPlace[] {
  if (place.kind === 'row') return [place]
  return place.kind === 'pair' ? [place.a, place.b] : []
}

/**
 * The row a filter should drop because of a finding, or null. A `row` finding flags its row; a `pair` finding flags
 * `b`, because `a` is the representative that stays. Severity `info` flags nothing: templates, boilerplate and
 * candidates too weak to count are reported, not filtered.
 */
export function flaggedRow(finding: Finding): RowPlace | null {
  if (finding.severity === 'info') return null
  if (finding.place.kind === 'row') return finding.place
  return finding.place.kind === 'pair' ? finding.place.b : null
}

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
 * The row of the corpus a finding is about, or null: of a pair `b`, because `a` is the representative that stays, or
 * `a` where `b` is a row of a second corpus.
 */
export function subjectOf({ rule, place }: Finding): RowPlace | null {
  if (place.kind === 'row') return place
  if (place.kind !== 'pair') return null
  return rule === 'duplicates/against' ? place.a : place.b
}

/**
 * The row a filter should drop because of a finding, or null: the row it is about. Severity `info` flags nothing: templates, boilerplate and
 * candidates too weak to count are reported, not filtered.
 */
export function flaggedRow(finding: Finding): RowPlace | null {
  return finding.severity === 'info' ? null : subjectOf(finding)
}

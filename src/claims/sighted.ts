import type { Finding } from '../core/finding.ts'
import type { Sighting, Sightings } from './kind.ts'

/** Keeps, from the findings as they pass, the found rows of the components some claim looks up. */
export class Sighted {
  private readonly kept: ReadonlyMap<string, Sighting[]>

  constructor(components: readonly string[]) {
    this.kept = new Map(components.map((component) => [component, []]))
  }

  /** Whether a class of finding counts is the judge's to say: the record tells it. */
  note(finding: Finding): void {
    if (this.kept.size === 0) return
    const { id, rule, place, method, benchmark, item } = finding
    if (place.kind !== 'row' || !rule.startsWith('contamination/')) return
    const rows = this.kept.get(place.component)
    if (rows === undefined || method === undefined || benchmark === undefined || item === undefined) return
    // Only the makers' rule tells an index; the evidence of the others need not be parsed.
    const evalIndex = rule === 'contamination/swiss-ai' ? finding.evidence['evalIndex'] : null
    rows.push({
      ...{ path: place.path, row: place.row, method, benchmark, item, finding: id },
      ...{ rule, evalIndex: typeof evalIndex === 'number' ? evalIndex : null },
    })
  }

  get rows(): Sightings {
    return this.kept
  }
}

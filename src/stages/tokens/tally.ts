import { ROLES } from '../../core/example.ts'
import type { Tally } from '../../core/tally.ts'
import { Growable32 } from '../../text/growable.ts'

/** Units counted in every turn besides tokens; a tokenizer's unit number is 3 + its position. */
export const WORDS = 0
export const CHARACTERS = 1
export const BYTES = 2
export const FIRST_TOKENIZER = 3

/** How often each value occurs: exact, sparse, sorted when packed. */
export class Histogram {
  readonly counts = new Map<number, number>()

  add(value: number, times = 1): void {
    this.counts.set(value, (this.counts.get(value) ?? 0) + times)
  }

  /** Values in ascending order. */
  sorted(): [number, number][] {
    return [...this.counts].sort((a, b) => a[0] - b[0])
  }
}

/** Counts of one slice, or of all slices of a component: they are added the same way. */
export class Counts {
  examples = 0
  /** Turns by role. */
  readonly turns = new Float64Array(ROLES.length)
  /** unit × role */
  readonly totals: Float64Array
  /** Lengths of examples by unit; null for units whose lengths are not kept. */
  readonly lengths: (Histogram | null)[]
  /** Tokens with the chat template by position in the list of templates, and examples it could not render. */
  readonly templates: Float64Array
  readonly templateFailures: Float64Array
  /** Tokens of each row by each tokenizer, in the order of the rows; the reduce adds slices up without them. */
  readonly rows: Growable32[]

  constructor(tokenizers: number, templates: number) {
    const units = FIRST_TOKENIZER + tokenizers
    this.totals = new Float64Array(units * ROLES.length)
    this.lengths = Array.from({ length: units }, (_, unit) =>
      unit === WORDS || unit >= FIRST_TOKENIZER ? new Histogram() : null,
    )
    this.rows = Array.from({ length: tokenizers }, () => new Growable32())
    this.templates = new Float64Array(templates)
    this.templateFailures = new Float64Array(templates)
  }

  total(unit: number): number {
    let sum = 0
    for (let role = 0; role < ROLES.length; role++) sum += this.totals[unit * ROLES.length + role]!
    return sum
  }

  /** By role, for the roles that occur. */
  byRole(unit: number): Record<string, number> {
    const roles: Record<string, number> = {}
    ROLES.forEach((name, role) => {
      if (this.turns[role]! > 0) roles[name] = this.totals[unit * ROLES.length + role]!
    })
    return roles
  }

  add(other: Counts): void {
    this.examples += other.examples
    other.turns.forEach((n, i) => (this.turns[i]! += n))
    other.totals.forEach((n, i) => (this.totals[i]! += n))
    other.templates.forEach((n, i) => (this.templates[i]! += n))
    other.templateFailures.forEach((n, i) => (this.templateFailures[i]! += n))
    other.lengths.forEach((histogram, unit) =>
      histogram?.counts.forEach((times, value) => this.lengths[unit]!.add(value, times)),
    )
  }

  pack(): Tally {
    const tally: Record<string, Tally[string]> = {
      examples: this.examples,
      turns: this.turns,
      totals: this.totals,
      templates: this.templates,
      templateFailures: this.templateFailures,
    }
    this.rows.forEach((row, i) => (tally[`rows${i}`] = row.take()))
    this.lengths.forEach((histogram, unit) => {
      if (histogram === null) return
      const sorted = histogram.sorted()
      tally[`values${unit}`] = Float64Array.from(sorted, ([value]) => value)
      tally[`times${unit}`] = Float64Array.from(sorted, ([, times]) => times)
    })
    return tally
  }

  static unpack(tally: Tally, tokenizers: number, templates: number): Counts {
    const counts = new Counts(tokenizers, templates)
    counts.examples = tally['examples'] as number
    counts.turns.set(tally['turns'] as Float64Array)
    counts.totals.set(tally['totals'] as Float64Array)
    counts.templates.set(tally['templates'] as Float64Array)
    counts.templateFailures.set(tally['templateFailures'] as Float64Array)
    counts.lengths.forEach((histogram, unit) => {
      const times = tally[`times${unit}`] as Float64Array | undefined
      const values = tally[`values${unit}`] as Float64Array | undefined
      values?.forEach((value, i) => histogram?.add(value, times![i]))
    })
    return counts
  }
}

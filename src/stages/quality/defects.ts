import type { Severity } from '../../core/finding.ts'
import type { Tally } from '../../core/tally.ts'

/** Defects of single turns. The number is stored in tallies, so new ones go at the end. */
export const DEFECT = {
  emptyAnswer: 0,
  emptyTurn: 1,
  damagedText: 2,
  doubleEncoded: 3,
  cutAnswer: 4,
  bareAnswer: 5,
  openFence: 6,
  repeatedTurn: 7,
} as const
export type Defect = (typeof DEFECT)[keyof typeof DEFECT]

/** What is reported of each defect. A bare ending is reported as a truncated answer, where it is rare. */
export const DEFECTS: readonly { rule: string; severity: Severity; message: string }[] = [
  {
    rule: 'quality/empty-answer',
    severity: 'medium',
    message: 'An assistant turn is empty or white space only',
  },
  { rule: 'quality/empty-turn', severity: 'low', message: 'A turn is empty or white space only' },
  {
    rule: 'quality/damaged-text',
    severity: 'medium',
    message: 'The text holds U+FFFD: characters were lost before it was published',
  },
  {
    rule: 'quality/double-encoded',
    severity: 'low',
    message: 'UTF-8 was encoded twice: accented letters and quotes show as pairs such as "Ã©"',
  },
  {
    rule: 'quality/truncated-answer',
    severity: 'medium',
    message: 'An answer ends in the middle of a sentence',
  },
  {
    rule: 'quality/truncated-answer',
    severity: 'low',
    message: 'An answer ends without a full stop, unlike nearly all others of its component',
  },
  { rule: 'quality/open-code-fence', severity: 'low', message: 'A code fence is opened and never closed' },
  {
    rule: 'quality/repeated-turn',
    severity: 'low',
    message: 'A turn repeats an earlier turn of the same role word for word',
  },
]

/** Defects of one slice as columns: row in the shard, what, turn within the example, and a number that goes with it. */
export class DefectList {
  private rows: number[] = []
  private kinds: number[] = []
  private turns: number[] = []
  private numbers: number[] = []

  add(row: number, kind: Defect, turn: number, number: number): void {
    this.rows.push(row)
    this.kinds.push(kind)
    this.turns.push(turn)
    this.numbers.push(number)
  }

  tally(): Tally {
    return {
      defectRow: Float64Array.from(this.rows),
      defectKind: Uint8Array.from(this.kinds),
      defectTurn: Int32Array.from(this.turns),
      defectNumber: Float64Array.from(this.numbers),
    }
  }
}

/** The columns of a tally that `DefectList` wrote. */
export interface DefectColumns {
  defectRow: Float64Array
  defectKind: Uint8Array
  defectTurn: Int32Array
  defectNumber: Float64Array
}

/** How large a hand-made record is. */
import { createHash } from 'node:crypto'

export interface Sizes {
  /** Examples by component. */
  components: Readonly<Record<string, number>>
  filesPerComponent: number
  /** Findings: duplicate pairs in all, contamination hits per benchmark. */
  pairs: number
  hitsPerBenchmark: number
  benchmarks: number
}

export const SMALL: Sizes = {
  components: { ward_rounds: 820, clinic_letters: 540, drug_leaflets: 460, exam_prep: 180 },
  filesPerComponent: 1,
  pairs: 34,
  hitsPerBenchmark: 7,
  benchmarks: 3,
}

/** Enough to draw every section once. */
export const TINY: Sizes = {
  ...SMALL,
  components: { ward_rounds: 820, clinic_letters: 540, drug_leaflets: 460 },
  pairs: 2,
  hitsPerBenchmark: 2,
  benchmarks: 2,
}

/** The first corpus' size: 601,346 examples in 14 files. */
export const LARGE: Sizes = {
  components: {
    curated_qa: 216_546,
    synthetic_curated_qa: 214_654,
    guidelines_qa: 145_681,
    synthetic_moove: 24_465,
  },
  filesPerComponent: 4,
  pairs: 40_000,
  hitsPerBenchmark: 900,
  benchmarks: 9,
}

export function sha(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

export function shardPath(component: string, file: number, files: number): string {
  const five = (value: number): string => String(value).padStart(5, '0')
  return `data/${component}/train-${five(file)}-of-${five(files)}.parquet`
}

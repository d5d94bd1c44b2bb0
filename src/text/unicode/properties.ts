import { expandRuns } from './decode.ts'
import { CATEGORIES, CATEGORY_RUNS, FLAG_RUNS, SCRIPTS, SCRIPT_RUNS } from './tables.ts'

export { CATEGORIES, SCRIPTS }
export type Category = (typeof CATEGORIES)[number]
export type Script = (typeof SCRIPTS)[number]

/** General category per code point: an index into `CATEGORIES`. */
export const CATEGORY: Uint8Array = expandRuns(CATEGORY_RUNS)

/** Script per code point: an index into `SCRIPTS`. */
export const SCRIPT: Uint8Array = expandRuns(SCRIPT_RUNS)

/** Bits of `FLAGS` per code point. */
export const FLAG = { whiteSpace: 1, defaultIgnorable: 2 } as const
export const FLAGS: Uint8Array = expandRuns(FLAG_RUNS)

/** A byte per category code, 1 where the category's name is or starts with one of `names` ('L', 'Nd', …). */
export function categorySet(...names: string[]): Uint8Array {
  return Uint8Array.from(CATEGORIES, (category) => (names.some((name) => category.startsWith(name)) ? 1 : 0))
}

export function isWhiteSpace(cp: number): boolean {
  return ((FLAGS[cp] ?? 0) & FLAG.whiteSpace) !== 0
}

export function categoryOf(cp: number): Category {
  return CATEGORIES[CATEGORY[cp] ?? 0] ?? 'Cn'
}

export function scriptOf(cp: number): Script {
  return SCRIPTS[SCRIPT[cp] ?? 0] ?? 'Unknown'
}

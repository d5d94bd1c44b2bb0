/**
 * What counts as the same character when texts are compared: the tables behind `normalise.ts`.
 * Canonical equivalence and full case folding are Unicode's; the rest is the short list below. Compatibility
 * equivalence is left out on purpose: it would make 10⁻³ and 10-3, or ½ and 1⁄2, equal.
 */
import { expandRuns, readMappings } from './decode.ts'
import { FLAG, FLAGS } from './properties.ts'
import { COMBINING_RUNS, DECOMPOSITIONS, EXCLUSIONS, FOLDINGS } from './tables.ts'

/** Canonical combining class per code point. */
export const COMBINING: Uint8Array = expandRuns(COMBINING_RUNS)

export const HANGUL = {
  syllable: 0xac00,
  lead: 0x1100,
  vowel: 0x1161,
  trail: 0x11a7,
  syllables: 11172,
} as const
export const MINUS = 0x2212

const DASHES = [
  0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2e3a, 0x2e3b, 0xfe31, 0xfe32, 0xfe58, 0xfe63,
]
const SINGLE_QUOTES = [0x2018, 0x2019, 0x201a, 0x201b, 0x2039, 0x203a, 0x02bc]
const DOUBLE_QUOTES = [0x201c, 0x201d, 0x201e, 0x201f, 0xab, 0xbb]

/** Code point → ASCII stand-in: full-width forms, dashes, quotes, and every space. */
export const STAND_INS: ReadonlyMap<number, number> = standIns()

const oneLevel = readMappings(DECOMPOSITIONS)

/** Full canonical decomposition of a code point that has one. */
export const DECOMPOSITION: ReadonlyMap<number, readonly number[]> = new Map(
  [...oneLevel.keys()].map((cp) => [cp, expand(cp)]),
)

/** Full case folding, canonically decomposed. */
export const FOLDING: ReadonlyMap<number, readonly number[]> = foldings()

/** first × 2²¹ + second → composite. Hangul is arithmetic. */
export const COMPOSITION: ReadonlyMap<number, number> = compositions()

export function pairKey(first: number, second: number): number {
  return first * 0x200000 + second
}

/** 1 where normalisation leaves the code point as it is, whatever stands before it. */
export const STABLE: Uint8Array = stable()

function standIns(): Map<number, number> {
  const map = new Map<number, number>()
  for (let cp = 0xff01; cp <= 0xff5e; cp++) map.set(cp, cp - 0xfee0)
  for (const cp of DASHES) map.set(cp, 0x2d)
  for (const cp of SINGLE_QUOTES) map.set(cp, 0x27)
  for (const cp of DOUBLE_QUOTES) map.set(cp, 0x22)
  for (let cp = 0; cp <= 0x3000; cp++) if ((FLAGS[cp] as number) & FLAG.whiteSpace) map.set(cp, 0x20)
  return map
}

function expand(cp: number): number[] {
  return oneLevel.get(cp)?.flatMap(expand) ?? [cp]
}

function foldings(): Map<number, number[]> {
  const map = new Map<number, number[]>()
  for (const [cp, target] of readMappings(FOLDINGS)) map.set(cp, target.flatMap(expand))
  // ŉ folds to a modifier apostrophe, which is a quote here.
  map.set(0x149, [0x27, 0x6e])
  return map
}

function compositions(): Map<number, number> {
  const excluded = readMappings(EXCLUSIONS)
  const map = new Map<number, number>()
  for (const [cp, [first, second]] of oneLevel) {
    if (first === undefined || second === undefined || excluded.has(cp)) continue
    // Composites that do not start with a starter are never composed.
    if (COMBINING[cp] !== 0 || COMBINING[first] !== 0) continue
    map.set(pairKey(first, second), cp)
  }
  return map
}

function stable(): Uint8Array {
  const table = new Uint8Array(0x110000).fill(1)
  const unset = (cp: number): void => void (table[cp] = 0)
  for (let cp = 0; cp < 0x110000; cp++) {
    if (COMBINING[cp] !== 0 || ((FLAGS[cp] as number) & FLAG.defaultIgnorable) !== 0) unset(cp)
  }
  for (const cp of STAND_INS.keys()) unset(cp)
  for (const cp of FOLDING.keys()) unset(cp)
  const composites = new Set(COMPOSITION.values())
  for (const [cp, parts] of DECOMPOSITION) {
    const folds = parts.some((part) => FOLDING.has(part) || STAND_INS.has(part))
    if (folds || !composites.has(cp)) unset(cp)
  }
  for (const key of COMPOSITION.keys()) unset(key % 0x200000)
  for (let cp = HANGUL.vowel; cp < HANGUL.vowel + 21; cp++) unset(cp)
  for (let cp = HANGUL.trail; cp < HANGUL.trail + 28; cp++) unset(cp)
  unset(MINUS)
  return table
}

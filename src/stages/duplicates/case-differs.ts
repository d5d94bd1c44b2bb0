import type { Example } from '../../core/example.ts'
import { WORD_KIND } from '../../core/batch.ts'
import { isView, turnsOf, wordsOf } from './look.ts'
import { unitValue } from './near/vocabulary.ts'

/** Two writings that the normalisation makes one, and that mean two things where their case is meant. */
export interface CaseDiffers {
  a: string
  b: string
}

/** Letters that stand for another unit or prefix when they are large: milli and mega, metre and molar, gram and giga. */
const MEANT = 'mpgsntf'
/** Atoms, bonds, brackets and rings of a line notation of molecules (SMILES): a small letter is an atom of an aromatic ring. */
const MOLECULE = /^(?:Cl|Br|Si|Se|se|[BCNOPSFIHbcnops]|[\d@+[\]()=#$:./\\%*-])+$/
const LEAST_MOLECULE = 5
/** Marks of the sentence around a molecule. */
const AROUND = /^["'`]+|[.,;:!?"'`]+$/g

/**
 * Units behind a figure and molecules in line notation of which two conversations, equal after normalisation, differ in the
 * case alone: "5 Mg" and "5 mg", "c1ccccc1" and "C1CCCCC1". A text in capitals throughout means no case.
 */
export function caseDiffers([a, b]: readonly [Example, Example]): CaseDiffers[] {
  const [left, right] = [turnsOf(a, isView), turnsOf(b, isView)]
  const found = new Map<string, CaseDiffers>()
  left.forEach(({ text }, i) => {
    const other = right[i]?.text
    if (other === undefined || sameCapitals(text, other) || isShouted(text) || isShouted(other)) return
    for (const pair of [...units(text, other), ...molecules(text, other)])
      found.set(`${pair.a} ${pair.b}`, pair)
  })
  return [...found.values()]
}

/** Have both the same capitals in the same order? Then no unit and no molecule is written in another case. */
function sameCapitals(x: Uint8Array, y: Uint8Array): boolean {
  let at = 0
  for (const byte of x) {
    if (!isCapital(byte)) continue
    while (at < y.length && !isCapital(y[at] as number)) at++
    if (y[at++] !== byte) return false
  }
  while (at < y.length && !isCapital(y[at] as number)) at++
  return at >= y.length
}

function isCapital(byte: number): boolean {
  return byte >= 65 && byte <= 90
}

function isShouted(text: Uint8Array): boolean {
  return !/\p{Ll}/u.test(Buffer.from(text).toString())
}

function* units(x: Uint8Array, y: Uint8Array): Generator<CaseDiffers> {
  const [a, b] = [wordsOf(x), wordsOf(y)]
  if (a.hash.length !== b.hash.length) return
  const from = (text: Uint8Array, { start, end }: ReturnType<typeof wordsOf>, i: number, to = i): string =>
    Buffer.from(text.subarray(start[i], end[to])).toString()
  for (let i = 1; i < a.hash.length; i++) {
    if (a.kind[i - 1] !== WORD_KIND.number || a.kind[i] !== WORD_KIND.letters) continue
    const [p, q] = [from(x, a, i), from(y, b, i)]
    if (p !== q && differInMeant(p, q) && unitValue(p.toLowerCase()) !== null)
      yield { a: from(x, a, i - 1, i), b: from(y, b, i - 1, i) }
  }
}

function differInMeant(p: string, q: string): boolean {
  if (p.length !== q.length || p.toLowerCase() !== q.toLowerCase()) return false
  return [...p].some((letter, i) => letter !== q[i] && MEANT.includes(letter.toLowerCase()))
}

function* molecules(x: Uint8Array, y: Uint8Array): Generator<CaseDiffers> {
  const [a, b] = [x, y].map((text) => Buffer.from(text).toString().split(/\s+/)) as [string[], string[]]
  if (a.length !== b.length) return
  for (const [i, raw] of a.entries()) {
    const other = b[i] as string
    if (raw === other || raw.toLowerCase() !== other.toLowerCase()) continue
    const [p, q] = [bare(raw), bare(other)]
    if (isMolecule(p) && isMolecule(q)) yield { a: p, b: q }
  }
}

/** Without marks, and without a bracket that was opened or is closed elsewhere. */
function bare(text: string): string {
  const own = text.replace(AROUND, '')
  const open = own.split('(').length - own.split(')').length
  return open === 0 ? own : own.replace(open > 0 ? /^\(/ : /\)$/, '')
}

function isMolecule(text: string): boolean {
  return text.length >= LEAST_MOLECULE && /[\d()=#[]/.test(text) && MOLECULE.test(text)
}

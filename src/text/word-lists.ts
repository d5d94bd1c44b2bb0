import { Normaliser } from './normalise.ts'

const normaliser = new Normaliser()
const encoder = new TextEncoder()

/** A word as views have it: normalised. */
function normal(word: string): string {
  const bytes = encoder.encode(word)
  const form = normaliser.normalise(bytes, 0, bytes.length)
  return Buffer.from(form.bytes.subarray(0, form.length)).toString()
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '')
}

/** The words of a text between white space. */
export function list(text: string): ReadonlySet<string> {
  return new Set(words(text).map(normal))
}

/** A group a line; words of one group stand apart where `|` parts them, others mean the same. */
export function groups(text: string): string[][][] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.split('|').map((pole) => words(pole).map(normal)))
}

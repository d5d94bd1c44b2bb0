import type { RoundInput } from '../../../core/stage.ts'
import type { Tally, TypedArray } from '../../../core/tally.ts'

/**
 * The views that are compared: one per set of equal conversations, as word hashes in shared memory. View v is
 * words[start[v], start[v] + length[v]). They are numbered by length, then content, so that views that are compared are
 * near each other in every array. A bit of `template` marks a word as template text, and `masked[v]` counts such words
 * of the view.
 */
export interface Views {
  count: number
  words: Uint32Array
  start: Uint32Array
  length: Uint32Array
  masked: Uint32Array
  template: Uint32Array
  /** 32 bits of each view's content key, to break ties by. */
  content: Uint32Array
  /** The views in the order their words lie in memory: the order to read all of them in. */
  stored: Uint32Array
}

/** Fields of a round's input that say where the views are; they are in shared memory, so nothing is copied. */
export function viewsInput(views: Views): RoundInput {
  const { words, start, length, masked, template, stored } = views
  return { words, start, length, masked, template, stored }
}

export function viewsOf(input: RoundInput): Omit<Views, 'count' | 'content'> {
  return {
    ...{ words: array(input, 'words'), start: array(input, 'start'), length: array(input, 'length') },
    ...{ masked: array(input, 'masked'), template: array(input, 'template'), stored: array(input, 'stored') },
  }
}

export function array(input: RoundInput, name: string): Uint32Array {
  return input[name] as TypedArray as Uint32Array
}

export function sharedArray(length: number): Uint32Array {
  return new Uint32Array(new SharedArrayBuffer(length * 4))
}

export function hasBit(bits: Uint32Array, at: number): boolean {
  return (((bits[at >>> 5] as number) >>> (at & 31)) & 1) === 1
}

/** Cuts 0…count into ranges of about equal work, so that a round has a few inputs per worker. */
export function ranges(count: number, parts: number): { from: number; to: number }[] {
  const size = Math.max(1, Math.ceil(count / parts))
  const result: { from: number; to: number }[] = []
  for (let from = 0; from < count; from += size) result.push({ from, to: Math.min(count, from + size) })
  return result
}

/**
 * Cuts the views as they are stored into ranges with about equal numbers of words: conversations of one component are as
 * long as each other, and those of another several times as long.
 */
export function rangesByWords(
  { count, stored, start, length }: Pick<Views, 'count' | 'stored' | 'start' | 'length'>,
  parts: number,
): { from: number; to: number }[] {
  if (count === 0) return []
  const startOf = (k: number): number => start[stored[k] as number] as number
  const [first, last] = [startOf(0), startOf(count - 1) + (length[stored[count - 1] as number] as number)]
  const result: { from: number; to: number }[] = []
  for (let part = 1, from = 0; part <= parts; part++) {
    const to = part === parts ? count : firstFrom(startOf, first + ((last - first) * part) / parts, count)
    if (to > from) result.push({ from, to })
    from = Math.max(from, to)
  }
  return result
}

/** The first of 0…count−1 whose value, ascending, is at least so large. */
function firstFrom(valueOf: (i: number) => number, least: number, count: number): number {
  let [low, high] = [0, count]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (valueOf(middle) < least) low = middle + 1
    else high = middle
  }
  return low
}

/** Smallest power of two of at least n, within bounds. */
export function powerOfTwo(n: number, least: number, most: number): number {
  let size = least
  while (size < n && size < most) size *= 2
  return size
}

/** The sum of one field of the answers, value by value. */
export async function summed(answers: AsyncIterable<Tally>, field: string): Promise<Uint32Array> {
  let sums = new Uint32Array(0)
  for await (const answer of answers) {
    const part = array(answer, field)
    if (sums.length === 0) sums = new Uint32Array(part.length)
    for (let i = 0; i < part.length; i++) sums[i] = (sums[i] as number) + (part[i] as number)
  }
  return sums
}

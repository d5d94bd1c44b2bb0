import type { Tally } from '../../../core/tally.ts'
import { Growable32 } from '../../../text/growable.ts'
import { sortPairs } from '../../../text/sort.ts'
import { array, powerOfTwo, sharedArray } from './views.ts'

/** Which views have a shingle: hashes sorted, a directory by their top bits, the views beside them. In shared memory. */
export interface Postings {
  hashes: Uint32Array
  views: Uint32Array
  directory: Uint32Array
}

/** Hash ranges the postings are sorted in, each by itself. A power of two; changes no result. */
const PARTS = 8
const PART_SHIFT = 32 - Math.log2(PARTS)

/** (hash, view) entries of a round, kept apart by hash range. */
export class PostingEntries {
  readonly #hashes = Array.from({ length: PARTS }, () => new Growable32())
  readonly #views = Array.from({ length: PARTS }, () => new Growable32())

  add(hash: number, view: number): void {
    const part = hash >>> PART_SHIFT
    ;(this.#hashes[part] as Growable32).push(hash)
    ;(this.#views[part] as Growable32).push(view)
  }

  take(): Tally {
    const named = (name: string, lists: readonly Growable32[]): [string, Uint32Array][] =>
      lists.map((list, part) => [`${name}${part}`, list.take()])
    return Object.fromEntries([...named('hashes', this.#hashes), ...named('views', this.#views)])
  }
}

/** Inputs of `sortPostings`, one per hash range, from answers in the order of their views. */
export function postingInputs(answers: readonly Tally[]): Tally[] {
  return Array.from({ length: PARTS }, (_, part) => ({
    hashes: joined(answers, `hashes${part}`),
    views: joined(answers, `views${part}`),
  }))
}

function joined(answers: readonly Tally[], name: string): Uint32Array {
  const parts = answers.map((answer) => array(answer, name))
  const whole = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** Round: sorts the entries of one hash range; within a hash the views ascend. */
export function sortPostings(input: Tally): Tally {
  const { keys, values } = sortPairs(array(input, 'hashes'), array(input, 'views'))
  return { hashes: keys, views: values }
}

/** Puts sorted parts, in the order of their hash ranges, behind one another. */
export function joinPostings(parts: readonly Tally[]): Postings {
  const total = parts.reduce((sum, part) => sum + array(part, 'hashes').length, 0)
  const result = {
    hashes: sharedArray(total),
    views: sharedArray(total),
    directory: sharedArray(powerOfTwo(total / 2, 256, 1 << 22) + 1),
  }
  let at = 0
  for (const part of parts) {
    const hashes = array(part, 'hashes')
    result.hashes.set(hashes, at)
    result.views.set(array(part, 'views'), at)
    at += hashes.length
  }
  fillDirectory(result)
  return result
}

export function postingsTally(postings: Postings): Tally {
  return { hashes: postings.hashes, owners: postings.views, directory: postings.directory }
}

/** The postings a round was given. */
export function postingsOf(input: Tally): Postings {
  return {
    hashes: array(input, 'hashes'),
    views: array(input, 'owners'),
    directory: array(input, 'directory'),
  }
}

function fillDirectory({ hashes, directory }: Postings): void {
  const shift = directoryShift(directory)
  for (let i = 0; i < hashes.length; i++) {
    const slot = ((hashes[i] as number) >>> shift) + 1
    directory[slot] = (directory[slot] as number) + 1
  }
  for (let i = 1; i < directory.length; i++)
    directory[i] = (directory[i] as number) + (directory[i - 1] as number)
}

export function directoryShift(directory: Uint32Array): number {
  return 32 - Math.round(Math.log2(directory.length - 1))
}

/** First position of `hash` in the postings, or of the next larger one. */
export function firstPosting(postings: Postings, shift: number, hash: number): number {
  const slot = hash >>> shift
  let at = postings.directory[slot] as number
  const end = postings.directory[slot + 1] as number
  while (at < end && (postings.hashes[at] as number) < hash) at++
  return at
}

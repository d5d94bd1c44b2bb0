import type { RoundInput } from '../../../core/stage.ts'
import type { Tally } from '../../../core/tally.ts'
import { Growable32 } from '../../../text/growable.ts'
import { combine32 } from '../../../text/hash.ts'
import { u32At } from '../../../text/kernels/heap.ts'
import { openKernels } from '../../../text/kernels/kernels.ts'
import { withScratch } from '../../../text/kernels/scratch.ts'
import type { Region } from '../../../text/kernels/scratch.ts'
import type { Struct, StructValues } from '../../../text/kernels/struct.ts'
import { sortedIndices } from '../../../text/sort.ts'
import { EMITTER_BYTES, withEmitter } from './chunks.ts'
import { memoryOf, numbersOf, poolOf, steps } from './round-input.ts'
import { sortBytes, withSorted } from './postings-round.ts'

/** Fields of a passage: view, view, first word in each, words. */
export const PASSAGE_FIELDS = 5
const PLACE_BYTES = 16

/** Bytes of scratch that keeping fingerprints takes in a thread. */
export function fingerprintBytes(longest: number): number {
  return 4 * (longest + 8) + EMITTER_BYTES + 256
}

/** Values of passages one fingerprint of all views may make. */
function roomOf(places: number): number {
  return Math.max(1 << 14, PASSAGE_FIELDS * (places + 1))
}

/** Bytes of scratch that matching takes in a thread, for at most so many fingerprints in so many chunks. */
export function matchBytes(entries: number, chunks: number): number {
  return sortBytes(entries, chunks) + 2 * PLACE_BYTES * (entries + 1) + 4 * roomOf(entries) + 256
}

/**
 * Round: shingles of the views stored at [from, to), kept by winnowing: two views that share a passage keep at least one
 * shingle of it in common.
 */
export function fingerprints(input: RoundInput): Tally {
  const memory = memoryOf(input)
  const kernels = openKernels(memory)
  const { search, entries, longest, passageWords, from, to } = numbersOf(
    ...([input, 'search', 'entries', 'longest', 'passageWords', 'from', 'to'] as const),
  )
  withScratch(memory, poolOf(input), (region) => {
    const scratch = makeScratch(region, passageWords, { hashes: region.bytes(4 * (longest + 8)) })
    withEmitter({ kernels, region, pool: entries }, (emitter) => {
      for (const [start, end] of steps(from, to))
        kernels.fingerprintViews(search, scratch.address, emitter, start, end)
    })
  })
  return {}
}

/** Round: shared passages among fingerprints of one hash range. */
export function matchPassages(input: RoundInput): Tally {
  const memory = memoryOf(input)
  const kernels = openKernels(memory)
  const { search, passageWords, entries } = numbersOf(input, 'search', 'passageWords', 'entries')
  const out = new Growable32()
  withScratch(memory, poolOf(input), (region) => {
    const sorted = withSorted(input, region, kernels)
    const room = roomOf(entries)
    const places = (): number => region.bytes(PLACE_BYTES * (entries + 1))
    const lists = { places: places(), spare: places(), found: region.bytes(4 * room), room }
    const scratch = makeScratch(region, passageWords, lists)
    for (let at = 0; at < entries;) {
      at = kernels.findPassages(search, scratch.address, sorted, entries, at)
      out.append(u32At(memory, scratch.get('found'), scratch.get('length')))
      scratch.set({ length: 0 })
    }
  })
  return { passages: unique(out) }
}

function makeScratch(
  region: Region,
  least: number,
  lists: StructValues<'PassageScratch'>,
): Struct<'PassageScratch'> {
  return region.struct('PassageScratch', { least, ...lists })
}

/** Passages without repeats: several fingerprints of one passage grow to the same match. */
export function unique(list: Growable32): Uint32Array<ArrayBuffer> {
  const n = list.length / PASSAGE_FIELDS
  const field = (i: number, f: number): number => list.values[i * PASSAGE_FIELDS + f] as number
  const keys = new Uint32Array(n)
  for (let i = 0; i < n; i++) keys[i] = combine32(combine32(field(i, 0), field(i, 1)), field(i, 2))
  const order = sortedIndices(keys)
  const result = new Growable32(list.length + 1)
  let group: number[] = []
  for (let j = 0; j < n; j++) {
    const i = order[j] as number
    if (j > 0 && keys[i] !== keys[order[j - 1] as number]) group = []
    const seen = group.some((g) => [0, 1, 2, 3].every((f) => field(g, f) === field(i, f)))
    if (seen) continue
    group.push(i)
    result.append(list.values.subarray(i * PASSAGE_FIELDS, (i + 1) * PASSAGE_FIELDS))
  }
  return result.take()
}

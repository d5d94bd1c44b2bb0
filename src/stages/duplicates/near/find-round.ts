import type { SharedMemory } from '../../../core/shared-memory.ts'
import type { RoundInput } from '../../../core/stage.ts'
import type { Tally } from '../../../core/tally.ts'
import { Growable32 } from '../../../text/growable.ts'
import { u32At, u8At } from '../../../text/kernels/heap.ts'
import { openKernels } from '../../../text/kernels/kernels.ts'
import type { Kernels } from '../../../text/kernels/kernels.ts'
import { CONSTANTS } from '../../../text/kernels/layouts.ts'
import { withScratch } from '../../../text/kernels/scratch.ts'
import type { Region } from '../../../text/kernels/scratch.ts'
import type { Struct } from '../../../text/kernels/struct.ts'
import { lcsFields } from '../../../text/lcs.ts'
import { isHeldByTemplates } from './held-pairs.ts'
import { memoryOf, numbersOf, poolOf } from './round-input.ts'
import { powerOfTwo, viewsOf } from './views.ts'

/** How a near pair was found: by its own rare shingles, or only by the exact join. */
export const { BY_RARE } = CONSTANTS
/** Added to it where template text alone holds the pair together. */
export const BY_TEMPLATES = 4
/** Fields of a pair of the join: view, later view, shared shingles; of a near pair: aligned words, how it was found. */
export const JOINED_FIELDS = 3
export const NEAR_FIELDS = 4

/** Views looked at in one call. */
const STEP = 64

/** Values each of the two lists of pairs holds: those of one view with all others fit. */
function roomOf(views: number): number {
  return Math.max(1 << 14, NEAR_FIELDS * (views + 1))
}

interface FindSize {
  /** Views of the search, words of the longest. */
  views: number
  longest: number
  /** Views of a range; most places of the views of a range, and most chunks they lie in. */
  range: number
  places: number
  chunks: number
}

/** Bytes of scratch that finding pairs takes in a thread. */
export function findBytes({ views, longest, range, places, chunks }: FindSize): number {
  const words = longest + 8
  const slots = powerOfTwo(2 * words, 64, 2 ** 31)
  const lists = 4 * (range + 2) + 4 * places + 8 * chunks
  return 5 * views + 8 * slots + lcsBytes(longest) + 8 * roomOf(views) + lists + 1024
}

/** Round: all pairs of the views numbered [from, to) with views before them, of the exact join and by rare shingles. */
export function findPairs(input: RoundInput): Tally {
  const memory = memoryOf(input)
  const kernels = openKernels(memory)
  const { search, tau, ratio, from, to } = numbersOf(input, 'search', 'tau', 'ratio', 'from', 'to')
  return withScratch(memory, poolOf(input), (region) => {
    const scratch = makeScratch(region, numbersOf(input, 'views', 'longest'))
    sortPlaces(input, region, scratch, kernels)
    const found = { joined: new Growable32(), near: new Growable32() }
    for (let v = from; v < to;) {
      v = kernels.findPairs(search, scratch.address, tau, ratio, v, Math.min(to, v + STEP))
      take(scratch, memory, found)
    }
    const counts = ['joinCandidates', 'joinVerified', 'rareCandidates', 'rareAligned'] as const
    return {
      joined: found.joined.take(),
      near: markHeld(found.near.take(), input, ratio),
      ...Object.fromEntries(counts.map((name) => [name, scratch.get(name)])),
    }
  })
}

/** Marks the near pairs that template text alone holds together. */
function markHeld(
  near: Uint32Array<ArrayBuffer>,
  input: RoundInput,
  ratio: number,
): Uint32Array<ArrayBuffer> {
  const views = viewsOf(input)
  for (let i = 0; i < near.length; i += NEAR_FIELDS) {
    const [x, y, aligned] = near.subarray(i, i + 3) as unknown as [number, number, number]
    if (isHeldByTemplates(views, { x, y, aligned }, ratio))
      near[i + 3] = (near[i + 3] as number) | BY_TEMPLATES
  }
  return near
}

/** Sorts the places of the range by view. */
function sortPlaces(
  input: RoundInput,
  region: Region,
  scratch: Struct<'FindScratch'>,
  kernels: Kernels,
): void {
  const { from, to, places: count } = numbersOf(input, 'from', 'to', 'places')
  const chunks = input['chunks'] as Uint32Array
  const list = region.bytes(4 * chunks.length)
  u32At(region.memory, list, chunks.length).set(chunks)
  const [placesStart, places] = [region.bytes(4 * (to - from + 2)), region.bytes(4 * count)]
  kernels.sortPlaces(list, chunks.length / 2, from, to - from, placesStart, places)
  scratch.set({ placesStart, places, base: from })
}

/** Bytes of scratch aligning takes. */
export function lcsBytes(longest: number): number {
  let sum = 0
  lcsFields(longest, (bytes) => (sum += bytes))
  return sum + 256
}

/** Address of scratch for aligning views of at most so many words. */
export function lcsScratch(region: Region, longest: number): number {
  return region.struct(
    'LcsScratch',
    lcsFields(longest, (bytes) => region.bytes(bytes)),
  ).address
}

function makeScratch(
  region: Region,
  { views, longest }: { views: number; longest: number },
): Struct<'FindScratch'> {
  const words = longest + 8
  const slots = powerOfTwo(2 * words, 64, 2 ** 31)
  const room = roomOf(views)
  const seen = region.bytes(views)
  u8At(region.memory, seen, views).fill(0)
  return region.struct('FindScratch', {
    ...{ seen, found: region.bytes(4 * (views + 1)), lcs: lcsScratch(region, longest), room },
    ...{ slots: region.bytes(4 * slots), epochs: region.bytes(4 * slots) },
    ...{ joined: region.bytes(4 * room), near: region.bytes(4 * room) },
  })
}

/** Takes the pairs found so far out of the scratch. */
function take(
  scratch: Struct<'FindScratch'>,
  memory: SharedMemory,
  found: { joined: Growable32; near: Growable32 },
): void {
  for (const name of ['joined', 'near'] as const) {
    const length = scratch.get(`${name}Length`)
    if (length > 0) found[name].append(u32At(memory, scratch.get(name), length))
    scratch.set({ [`${name}Length`]: 0 })
  }
}

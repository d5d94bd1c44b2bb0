import { Heap, u32At } from './kernels/heap.ts'
import { openKernels } from './kernels/kernels.ts'
import type { Kernels } from './kernels/kernels.ts'
import { Struct } from './kernels/struct.ts'

/** A stretch where two sequences differ: a[aStart, aEnd) stands against b[bStart, bEnd). */
export interface Difference {
  aStart: number
  aEnd: number
  bStart: number
  bEnd: number
}

const FIELDS = 4

let memory: { heap: Heap; kernels: Kernels } | null = null

/**
 * The stretches where two sequences differ, with the fewest edits.
 * @returns null when more than `maxEdits` insertions and deletions are needed.
 */
export function differences(a: Uint32Array, b: Uint32Array, maxEdits: number): Difference[] | null {
  memory ??= openMemory()
  const { heap, kernels } = memory
  heap.release(heap.bottom)
  // No two sequences need more.
  const most = Math.min(maxEdits, a.length + b.length)
  const [left, right] = [heap.u32(a.length), heap.u32(b.length)]
  left.set(a)
  right.set(b)
  const reach = heap.allocate(4 * (2 * most + 3))
  // What few edits do not need is never written, and takes no room.
  const trail = heap.allocate(2 * (most + 1) * (most + 2))
  const outEnd = heap.allocate(4 * FIELDS * most) + 4 * FIELDS * most
  const scratch = Struct.in('DiffScratch', heap, {
    ...{ a: left.byteOffset, aLength: a.length, b: right.byteOffset, bLength: b.length },
    ...{ reach, trail, outEnd },
  })
  const found = kernels.findDifferences(scratch.address, most)
  return found < 0 ? null : listed(u32At(heap.memory, outEnd - 4 * FIELDS * found, FIELDS * found))
}

function openMemory(): { heap: Heap; kernels: Kernels } {
  const heap = new Heap()
  return { heap, kernels: openKernels(heap.memory) }
}

function listed(values: Uint32Array): Difference[] {
  const found: Difference[] = []
  for (let i = 0; i < values.length; i += FIELDS) {
    const [aStart, aEnd, bStart, bEnd] = values.subarray(i, i + FIELDS) as unknown as [
      ...[number, number, number, number],
    ]
    found.push({ aStart, aEnd, bStart, bEnd })
  }
  return found
}

/** Calls `use` with every pair of aligned positions, of `length` in the first: what lies between the differing stretches. */
export function eachAligned(
  length: number,
  found: readonly Difference[],
  use: (i: number, j: number) => void,
): void {
  let [i, j] = [0, 0]
  for (const { aStart, aEnd, bEnd } of found) {
    while (i < aStart) use(i++, j++)
    i = aEnd
    j = bEnd
  }
  while (i < length) use(i++, j++)
}

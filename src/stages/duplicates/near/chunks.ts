import { Growable32 } from '../../../text/growable.ts'
import type { Heap } from '../../../text/kernels/heap.ts'
import type { Kernels } from '../../../text/kernels/kernels.ts'
import { CONSTANTS } from '../../../text/kernels/layouts.ts'
import type { Region } from '../../../text/kernels/scratch.ts'
import { Struct } from '../../../text/kernels/struct.ts'

/** Entries are kept apart in so many parts. */
export const ENTRY_PARTS = CONSTANTS.PARTS
const ENTRY_BYTES = 8
/** Bytes of scratch an emitter takes. */
export const EMITTER_BYTES = 3 * 4 * ENTRY_PARTS + 64

/** Chunks of entries that all threads of a round write, each entry to a chunk of its part. */
export class ChunkPool {
  readonly address: number
  readonly #struct: Struct<'ChunkPool'>
  readonly #part: Uint32Array
  readonly #used: Uint32Array
  readonly #next: Uint32Array

  /** Room for so many entries written by a round of so many inputs. */
  constructor(
    heap: Heap,
    { entries, inputs, chunkBytes }: { entries: number; inputs: number; chunkBytes: number },
  ) {
    const most = Math.ceil((ENTRY_BYTES * entries) / chunkBytes) + ENTRY_PARTS * inputs
    const lists = [heap.u32(most + 1), heap.u32(most + 1), heap.u32(1).fill(0)] as const
    ;[this.#part, this.#used, this.#next] = lists
    const [part, used, next] = lists.map((list) => list.byteOffset) as [number, number, number]
    // One chunk more: what does not fit is written there.
    const base = heap.allocate((most + 1) * chunkBytes)
    this.#struct = Struct.in('ChunkPool', heap, { base, chunkBytes, most, part, used, next })
    this.address = this.#struct.address
  }

  /** The chunks written, by part: address and number of entries, one behind the other. */
  take(): { lists: Uint32Array[]; entries: Uint32Array } {
    const lists = Array.from({ length: ENTRY_PARTS }, () => new Growable32(64))
    const entries = new Uint32Array(ENTRY_PARTS)
    const [base, chunkBytes] = [this.#struct.get('base'), this.#struct.get('chunkBytes')]
    for (let chunk = 0; chunk < (this.#next[0] as number); chunk++) {
      const [part, used] = [this.#part[chunk] as number, this.#used[chunk] as number]
      lists[part]?.append([base + chunk * chunkBytes, used])
      entries[part] = (entries[part] as number) + used
    }
    return { lists: lists.map((list) => list.take()), entries }
  }
}

/** Lets `work` write entries to a pool. @throws RangeError when the pool has no room for them. */
export function withEmitter(
  { kernels, region, pool }: { kernels: Kernels; region: Region; pool: number },
  work: (emitter: number) => void,
): void {
  const lists = () => region.bytes(4 * ENTRY_PARTS)
  const fields = { pool, next: lists(), end: lists(), chunk: lists() }
  const emitter = region.struct('Emitter', fields).address
  kernels.openEmitter(emitter)
  work(emitter)
  if (kernels.closeEmitter(emitter) !== 0) throw new RangeError('more entries than there is room for')
}

import type { Batch } from '../../core/batch.ts'
import { Heap, u8At } from './heap.ts'
import { openKernels } from './kernels.ts'
import type { Kernels } from './kernels.ts'
import { CONSTANTS } from './layouts.ts'
import { Struct } from './struct.ts'

/** Length of a turn the kernel leaves to the caller. */
const { BEYOND_ASCII } = CONSTANTS
/** Number of options of a row the kernel leaves to the caller; letters there are for options. */
export const { BY_HOST, MOST_OPTIONS, COUNT_MASK, LABELS_SHIFT } = CONSTANTS
/** Bytes the kernel may read behind a text. */
const BEHIND = 64
/** Bytes of the running hashes. */
const HASHES = 256
/** Folding the case of a character takes up to four times its bytes. */
const LONGEST_FORM = 4
/** Turns and rows a kernel is asked for at a time: a thread's code gets faster only between calls. */
const STEP = 512
/** 32-bit words of keys of a row. */
export const ROW_KEYS = 24

/** What a thread knows of the turns of one batch: normalised texts, and keys of its rows. Valid until the next batch. */
export interface TurnKeys {
  /** `ROW_KEYS` per row: all keys but that of the record in their places; 0 where there is none. */
  keys: Uint32Array
  /** 1 for rows whose answer may hold a reasoning block: their answer key is not right then. */
  reasoning: Uint8Array
  /**
   * Options the last prompt lists (`COUNT_MASK`), for which the question key is there too, and above them the kind of their
   * labels (`LABELS_SHIFT`); `BY_HOST` for rows the caller must look at.
   */
  options: Uint8Array
  /** Per row `MOST_OPTIONS` × 64-bit hashes of the options' normalised texts, two words each. */
  optionHashes: Uint32Array
}

/** Normalises the turns of batches and hashes the views of their rows. */
export class TurnMemory {
  readonly #heap = new Heap()
  #kernels: Kernels | null = null

  /** @param normalise for turns beyond ASCII: their text as compared, without one trailing full stop. */
  hash(batch: Batch, normalise: (turn: number) => Uint8Array): TurnKeys {
    const turns = batch.turnStart[batch.length] as number
    const { scan, length, normal, ...found } = this.#place(batch, turns)
    const kernels = (this.#kernels ??= openKernels(this.#heap.memory))
    for (let turn = 0; turn < turns; turn += STEP)
      kernels.normaliseTurns(scan.address, turn, Math.min(turns, turn + STEP))
    for (let turn = 0; turn < turns; turn++) {
      if (length[turn] !== BEYOND_ASCII) continue
      const text = normalise(turn)
      const at = scan.get('next')
      u8At(this.#heap.memory, at, text.length).set(text)
      normal[turn] = at
      length[turn] = text.length
      scan.set({ next: at + text.length })
    }
    for (let row = 0; row < batch.length; row += STEP) {
      kernels.hashRows(scan.address, row, Math.min(batch.length, row + STEP))
      kernels.findOptions(scan.address, row, Math.min(batch.length, row + STEP))
    }
    return found
  }

  #place(batch: Batch, turns: number) {
    const heap = this.#heap
    heap.release(heap.bottom)
    const from = batch.textStart[0] ?? 0
    const bytes = batch.bytes.subarray(from, batch.textStart[turns] ?? from)
    const text = heap.allocate(bytes.length + BEHIND)
    u8At(heap.memory, text, bytes.length).set(bytes)
    const [turnStart, textStart] = [heap.u32(batch.length + 1), heap.u32(turns + 1)]
    turnStart.set(batch.turnStart.subarray(0, batch.length + 1))
    for (let turn = 0; turn <= turns; turn++) textStart[turn] = (batch.textStart[turn] as number) - from
    const role = heap.allocate(turns)
    u8At(heap.memory, role, turns).set(batch.role.subarray(0, turns))
    const [normal, length] = [heap.u32(turns), heap.u32(turns)]
    const [reasoning, options] = [heap.allocate(batch.length), heap.allocate(batch.length)]
    const optionHashes = heap.u32(2 * MOST_OPTIONS * batch.length)
    const keys = heap.u32(batch.length * ROW_KEYS).fill(0)
    const hashes = heap.allocate(HASHES)
    const next = heap.allocate(LONGEST_FORM * bytes.length + BEHIND)
    const spare = heap.allocate(bytes.length + BEHIND)
    const [labels, sorted] = [heap.allocate(8 * MOST_OPTIONS), heap.allocate(8 * MOST_OPTIONS)]
    const scan = Struct.in('TurnScan', heap, {
      ...{ text, turnStart: turnStart.byteOffset, textStart: textStart.byteOffset, role },
      ...{ normal: normal.byteOffset, length: length.byteOffset, next, reasoning, options },
      ...{ keys: keys.byteOffset, hashes, optionHashes: optionHashes.byteOffset, spare, labels, sorted },
    })
    return {
      ...{ scan, length, normal, keys, optionHashes },
      reasoning: u8At(heap.memory, reasoning, batch.length),
      options: u8At(heap.memory, options, batch.length),
    }
  }
}

import type { JsonValue } from './json.ts'

export type TypedArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigUint64Array
  | Float32Array
  | Float64Array

/**
 * What leaves a worker: a few typed arrays plus JSON. It survives structured clone, can be written to disk,
 * and holds hashes and places, never text of the corpus.
 */
export interface Tally {
  readonly [field: string]: TypedArray | JsonValue
}

export function isTypedArray(value: unknown): value is TypedArray {
  return ArrayBuffer.isView(value) && !(value instanceof DataView)
}

/** Buffers to move (not copy) when a tally crosses a thread. Shared buffers cannot be moved and are left out. */
export function transferables(tally: Readonly<Record<string, unknown>>): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>()
  for (const value of Object.values(tally)) {
    if (isTypedArray(value) && value.buffer instanceof ArrayBuffer) buffers.add(value.buffer)
  }
  return [...buffers]
}

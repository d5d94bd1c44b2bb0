import { createRequire } from 'node:module'
import type * as ParquetWasmModule from 'parquet-wasm/node'

/** The few entry points of `parquet-wasm` used here, with their types. */
type ParquetWasm = Pick<typeof ParquetWasmModule, 'readParquet' | 'wasmMemory'>

const require = createRequire(import.meta.url)

/**
 * Instances lost to traps before this thread stops trying: a lost one's memory is given back only when the garbage
 * collector comes round, and a hostile file could make it lose one per row group.
 */
const MOST_TRAPS = 8

let current: ParquetWasm | null = null
let traps = 0

/**
 * Runs one synchronous decode. A trap (a Rust panic, memory used up) leaves the instance in an unknown state, so it
 * is thrown away and the next call makes a new one: the CommonJS build instantiates on `require`, and it is only
 * ever called synchronously, so that a trap cannot escape into a task. An ordinary error leaves the instance sound,
 * and so its memory, which only grows, is used again.
 */
export function withParquetWasm<T>(decode: (wasm: ParquetWasm) => T): T {
  if (traps >= MOST_TRAPS) throw new Error(`the decoder was switched off after ${MOST_TRAPS} failures`)
  const wasm = (current ??= load())
  try {
    return decode(wasm)
  } catch (error) {
    if (isTrap(error) && current === wasm) {
      current = null
      traps++
    }
    throw error
  }
}

/** Node's types lack `WebAssembly`; the name is what every engine gives a trap. */
function isTrap(error: unknown): boolean {
  return error instanceof Error && error.name === 'RuntimeError'
}

/** The library's `.d.ts` names DOM's `WebAssembly.Memory`, which Node's types leave out. */
export function memoryOf(wasm: ParquetWasm): { readonly buffer: ArrayBuffer } {
  return wasm.wasmMemory() as unknown as { readonly buffer: ArrayBuffer }
}

function load(): ParquetWasm {
  const path = require.resolve('parquet-wasm/node')
  delete require.cache[path]
  return require(path) as ParquetWasm
}

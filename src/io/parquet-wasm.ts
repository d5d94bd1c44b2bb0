import { createRequire } from 'node:module'
import type * as ParquetWasmModule from 'parquet-wasm/node'

/** The few entry points of `parquet-wasm` used here, with their types. */
type ParquetWasm = Pick<typeof ParquetWasmModule, 'readParquet' | 'wasmMemory'>

const require = createRequire(import.meta.url)

/** A wasm memory only grows; past this size the instance is dropped after the row group that made it grow. */
const KEEP_BYTES = 256 << 20

let current: ParquetWasm | null = null

/**
 * Runs one synchronous decode. A trap (a Rust panic, memory used up) leaves the instance in an unknown state, so
 * any exception throws the instance away and the next call makes a new one from the module's bytes: the CommonJS
 * build instantiates on `require`, and it is only ever called synchronously, so a trap cannot escape into a task.
 */
export function withParquetWasm<T>(decode: (wasm: ParquetWasm) => T): T {
  const wasm = (current ??= load())
  try {
    return decode(wasm)
  } catch (error) {
    if (current === wasm) current = null
    throw error
  }
}

/** Gives the memory back when decoding made it large. */
export function trimParquetWasm(): void {
  if (current !== null && memoryOf(current).buffer.byteLength > KEEP_BYTES) current = null
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

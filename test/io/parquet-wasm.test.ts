import type * as Module from 'parquet-wasm/node'
import { describe, expect, it } from 'vitest'
import { withParquetWasm } from '../../src/io/parquet-wasm.ts'

/** A real panic of the module: it refuses a dictionary as value encoding by panicking. */
const panic = (): unknown =>
  withParquetWasm((wasm) => {
    const { WriterPropertiesBuilder } = wasm as unknown as typeof Module
    return new WriterPropertiesBuilder().setEncoding(7)
  })
const instance = (): unknown => withParquetWasm((wasm) => wasm)

describe('the WebAssembly decoder', () => {
  it('is made anew after a panic, and only then', () => {
    const first = instance()
    expect(() => withParquetWasm((wasm) => wasm.readParquet(new Uint8Array(100)))).toThrow(/Parquet/)
    expect(instance()).toBe(first)
    expect(panic).toThrow(/unreachable/)
    const second = instance()
    expect(second).not.toBe(first)
    expect(() => withParquetWasm((wasm) => wasm.readParquet(new Uint8Array(100)))).toThrow(/Parquet/)
    expect(instance()).toBe(second)
  })

  it('is given up after many panics instead of eating memory', () => {
    for (let i = 0; i < 20; i++) expect(panic).toThrow()
    expect(instance).toThrow(/switched off after 8 failures/)
  })
})

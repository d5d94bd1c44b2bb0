import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { Heap, u32At, u8At } from '../../../src/text/kernels/heap.ts'
import { Region, scratchPool, withScratch } from '../../../src/text/kernels/scratch.ts'
import { Struct } from '../../../src/text/kernels/struct.ts'

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..')

describe('the compiled kernels', () => {
  it('are what their sources compile to (if not: node scripts/make-kernels.mjs)', () => {
    expect(() =>
      execFileSync(process.execPath, ['scripts/make-kernels.mjs', '--check'], { cwd: root, stdio: 'pipe' }),
    ).not.toThrow()
  })
})

it('no kernel uses the wait instruction, which damages locals in code that is not optimised yet', () => {
  const folder = join(root, 'src/text/kernels/assembly')
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts'))
  expect(files.length).toBeGreaterThan(10)
  for (const name of files)
    expect(readFileSync(join(folder, name), 'utf8'), name).not.toContain('atomic.wait')
})

describe('the heap', () => {
  it('gives zeroes where something else was before, and regions that do not overlap', () => {
    const heap = new Heap()
    const first = heap.u32(1000).fill(7)
    const mark = heap.mark()
    heap.u32(5000).fill(9)
    heap.release(mark)
    const again = heap.zeroed(40_000)
    expect(u8At(heap.memory, again, 40_000).every((byte) => byte === 0)).toBe(true)
    expect(first.every((value) => value === 7)).toBe(true)
    expect(again).toBeGreaterThanOrEqual(first.byteOffset + first.byteLength)
  })

  it('refuses what 32-bit addresses do not reach, and says so', () => {
    expect(() => new Heap().allocate(2 ** 32)).toThrow(/32-bit addresses/)
  })
})

describe('scratch', () => {
  it('is nobody else’s, comes back, and runs out aloud', () => {
    const heap = new Heap()
    const pool = scratchPool(heap, 2, 100)
    const addresses = withScratch(heap.memory, pool, (one) =>
      withScratch(heap.memory, pool, (two) => {
        expect(() => withScratch(heap.memory, pool, () => 0)).toThrow(/more threads/)
        return [one.bytes(96), two.bytes(96)]
      }),
    )
    expect(Math.abs(addresses[0]! - addresses[1]!)).toBeGreaterThanOrEqual(100)
    withScratch(heap.memory, pool, (region) => {
      region.bytes(64)
      expect(() => region.bytes(64)).toThrow(/scratch/)
    })
  })

  it('holds structs whose fields are 0 until they are set', () => {
    const heap = new Heap()
    u32At(heap.memory, heap.allocate(1024), 256).fill(0xffffffff)
    const struct = new Region(heap.memory, 64, 1024).struct('Emitter', { next: 5 })
    expect([struct.get('next'), struct.get('end')]).toEqual([5, 0])
    expect(new Struct('Emitter', heap.memory, struct.address).get('next')).toBe(5)
  })
})

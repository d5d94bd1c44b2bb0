import { expect, it } from 'vitest'
import { Heap } from '../../../src/text/kernels/heap.ts'
import { openKernels } from '../../../src/text/kernels/kernels.ts'
import { Struct } from '../../../src/text/kernels/struct.ts'
import { randomOf } from '../../support/random.ts'

const KEPT = 40
const MASKED = 0xffffffff
const MOST = 3000

interface Shingle {
  hash: number
  count: number
  first: number
}

/** Slow and obvious: the 40 of the least count times hash, and of equal ones the first. */
function reference(shingles: readonly Shingle[], limit: number): number[] {
  return shingles
    .map(({ hash, count, first }, number) => ({ key: BigInt(count) * BigInt(hash), count, first, number }))
    .filter(({ count, first }) => count <= limit && first !== MASKED)
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.number - b.number))
    .slice(0, KEPT)
    .map(({ number }) => number)
}

const heap = new Heap()
const [hash, count, first, values] = [heap.u32(MOST), heap.u32(MOST), heap.u32(MOST), heap.u32(MOST)]
const scratch = Struct.in('IndexScratch', heap, {
  ...{ hash: hash.byteOffset, count: count.byteOffset, first: first.byteOffset },
  ...{ values: values.byteOffset, keys: heap.allocate(8 * MOST) },
})
const kernels = openKernels(heap.memory)

function sampled(shingles: readonly Shingle[], limit: number): number[] {
  shingles.forEach((one, i) => {
    hash[i] = one.hash
    count[i] = one.count
    first[i] = one.first
  })
  return [...values.subarray(0, kernels.sampleRare(scratch.address, shingles.length, limit))]
}

it('the sample of a view is the best of its shingles, in order, whatever their order and number', () => {
  const random = randomOf(41)
  const below = (n: number): number => Math.floor(random() * n)
  for (let round = 0; round < 1500; round++) {
    // Few distinct hashes make many equal keys.
    const hashes = [4, 50, 2 ** 32][below(3)] as number
    const shingles = Array.from({ length: below(round % 50 === 0 ? MOST : 300) }, () => ({
      hash: below(hashes),
      count: 2 + below(254),
      first: random() < 0.1 ? MASKED : below(1000),
    }))
    const order = below(3)
    if (order > 0) shingles.sort((a, b) => (order === 1 ? 1 : -1) * (a.hash * a.count - b.hash * b.count))
    const limit = [200, 255, 5][below(3)] as number
    expect(sampled(shingles, limit)).toEqual(reference(shingles, limit))
  }
})

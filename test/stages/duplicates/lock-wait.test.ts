import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { expect, it } from 'vitest'
import { gatherBytes, countShingles, makeTable } from '../../../src/stages/duplicates/near/count.ts'
import { Heap, u8At } from '../../../src/text/kernels/heap.ts'
import { scratchPool } from '../../../src/text/kernels/scratch.ts'
import { Struct } from '../../../src/text/kernels/struct.ts'
import { randomOf } from '../../support/random.ts'

/** More than a thread gathers before it must count: it meets the lock in the middle of the view. */
const WORDS = 100_000

/** Gives the lock back a moment after it said that it runs. */
const RELEASES = `
const { parentPort, workerData } = require('node:worker_threads')
const values = new Int32Array(workerData.memory.buffer)
parentPort.postMessage('runs')
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60)
Atomics.store(values, workerData.lock / 4, 0)
`

it('a thread that waits for a lock in the middle of a view counts every shingle once', async () => {
  const heap = new Heap()
  const random = randomOf(11)
  const words = heap.u32(WORDS)
  for (let i = 0; i < WORDS; i++) words[i] = Math.floor(random() * 2 ** 32)
  const [start, length, stored] = [heap.u32(1), heap.u32(1), heap.u32(1)]
  start[0] = stored[0] = 0
  length[0] = WORDS
  const search = Struct.in('Search', heap, {
    ...{ words: words.byteOffset, start: start.byteOffset, length: length.byteOffset },
    ...{ stored: stored.byteOffset, views: 1 },
  })
  const locks = makeTable(heap, search, WORDS)
  const pool = { ...scratchPool(heap, 1, gatherBytes(search)) }
  new Int32Array(heap.memory.buffer)[locks / 4] = 1
  const worker = new Worker(RELEASES, { eval: true, workerData: { memory: heap.memory, lock: locks } })
  await once(worker, 'message')
  const tableMask = search.get('tableMask')
  countShingles({ memory: heap.memory, search: search.address, pool, locks, tableMask, from: 0, to: 1 })
  const table = u8At(heap.memory, search.get('table'), tableMask + 1)
  expect(table.reduce((sum, count) => sum + count, 0)).toBe(WORDS - 2)
  await worker.terminate()
})

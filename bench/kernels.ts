/**
 * What a compiled kernel gains over the same loops in JavaScript, on one thread: npm run bench:kernels
 *
 * Counts the 3-word shingles of 24 million invented words and looks every count up again; both answers are compared.
 */
import type { RoundInput } from '../src/core/stage.ts'
import { countShingles, gatherBytes, makeTable } from '../src/stages/duplicates/near/count.ts'
import { makeSearch } from '../src/stages/duplicates/near/search.ts'
import type { Search } from '../src/stages/duplicates/near/search.ts'
import { mix32 } from '../src/text/hash.ts'
import { u32At, u8At } from '../src/text/kernels/heap.ts'
import { openKernels } from '../src/text/kernels/kernels.ts'
import { CONSTANTS } from '../src/text/kernels/layouts.ts'
import { scratchPool } from '../src/text/kernels/scratch.ts'
import { randomOf } from '../test/support/random.ts'
import { rowsOf } from '../test/stages/duplicates/search-views.ts'

const VIEWS = 80_000
const WORDS = 300
const ROUNDS = 3

const random = randomOf(1)
const views = Array.from({ length: VIEWS }, () =>
  Array.from({ length: WORDS }, () => Math.floor(random() ** 3 * 400_000)),
)
const search = makeSearch(rowsOf(views), Uint32Array.from(views.keys()))
const locks = makeTable(search.heap, search.struct, search.words)
const { table, mask } = tableOf(search)
const pool = scratchPool(search.heap, 1, gatherBytes(search.struct))
const slots = search.heap.allocate(4 * CONSTANTS.LOOK_UP_WORDS)

const times = { kernel: [Infinity, Infinity], javascript: [Infinity, Infinity] }
const answers: { table: Uint8Array; counts: Uint8Array }[] = []
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, count, lookUp] of [
    ['kernel', countByKernel, lookUpByKernel],
    ['javascript', countByHand, lookUpByHand],
  ] as const) {
    table.fill(0)
    times[name][0] = Math.min(times[name][0]!, cpu(count))
    times[name][1] = Math.min(times[name][1]!, cpu(lookUp))
    if (round === 0) answers.push({ table: table.slice(), counts: search.counts.slice() })
  }
}
const same = (['table', 'counts'] as const).every(
  (name) => Buffer.compare(answers[0]![name], answers[1]![name]) === 0,
)
if (!same) throw new Error('the kernel and JavaScript differ')
for (const [i, what] of ['count', 'look up'].entries()) {
  const [kernel, javascript] = [times.kernel[i]!, times.javascript[i]!]
  const words = (VIEWS * WORDS) / 1e6
  console.log(
    `${what}: kernel ${Math.round(words / kernel)} million words/s, JavaScript ${Math.round(words / javascript)}; ` +
      `ratio ${(javascript / kernel).toFixed(1)}, same answer`,
  )
}

function tableOf({ heap, struct }: Search): { table: Uint8Array; mask: number } {
  const mask = struct.get('tableMask')
  return { table: u8At(heap.memory, struct.get('table'), mask + 1), mask }
}

function countByKernel(): void {
  const { heap, struct } = search
  const shared = { memory: heap.memory, search: struct.address, pool: { ...pool }, locks }
  countShingles({ ...shared, tableMask: mask, from: 0, to: VIEWS } as RoundInput)
}

function lookUpByKernel(): void {
  const kernels = openKernels(search.heap.memory)
  for (let at = 0; at < VIEWS; at += 128)
    kernels.lookUpCounts(search.struct.address, slots, at, Math.min(VIEWS, at + 128))
}

/** The loops of `assembly/count.ts`, line by line. */
function countByHand(): void {
  const segments = Math.max(1, (mask + 1) >>> CONSTANTS.SEGMENT_BITS)
  const room = CONSTANTS.ROOM
  const gathered = new Uint32Array(segments * room)
  const used = new Uint32Array(segments)
  const flush = (segment: number): void => {
    const from = segment * room
    for (let i = from; i < from + used[segment]!; i++) {
      const slot = gathered[i]!
      if (table[slot]! < 255) table[slot]!++
    }
    used[segment] = 0
  }
  const slot = slotOf()
  eachShingle((start, i) => {
    const s = slot(start + i)
    const segment = s >>> CONSTANTS.SEGMENT_BITS
    gathered[segment * room + used[segment]!++] = s
    if (used[segment] === room) flush(segment)
  })
  for (let segment = 0; segment < segments; segment++) flush(segment)
}

function lookUpByHand(): void {
  const slot = slotOf()
  eachShingle((start, i) => (search.counts[start + i] = table[slot(start + i)]!))
}

function eachShingle(visit: (start: number, i: number) => void): void {
  for (let v = 0; v < VIEWS; v++) {
    const start = search.views.start[v]!
    const n = search.views.length[v]! - 2
    for (let i = 0; i < n; i++) visit(start, i)
  }
}

function slotOf(): (word: number) => number {
  const words = u32At(search.heap.memory, search.struct.get('words'), VIEWS * WORDS)
  return (w) => {
    const two = Math.imul(words[w]! >>> 2, 0x9e3779b1) + (words[w + 1]! >>> 2)
    return mix32(Math.imul(two, 0x9e3779b1) + (words[w + 2]! >>> 2)) & mask
  }
}

function cpu(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

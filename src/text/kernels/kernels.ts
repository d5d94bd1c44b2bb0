import type { SharedMemory } from '../../core/shared-memory.ts'
import { KERNELS } from './binary.ts'

/**
 * Kernels whose loops wait for memory or count bits: compiled from `assembly/`, because the same loops in JavaScript take
 * about twice as long (`npm run bench:kernels`). All addresses are bytes of the memory they were opened on.
 */
export interface Kernels {
  normaliseTurns(scan: number, from: number, to: number): void
  hashRows(scan: number, from: number, to: number): void
  scanTurns(...[scan, text, at, from, to]: [number, number, number, number, number]): number
  holdTurn(turn: number, least: number): number
  numberWords(scan: number, from: number, to: number): void
  linkTurns(scan: number, from: number, to: number): number
  findOptions(scan: number, from: number, to: number): void
  countShare(search: number, gather: number, from: number, to: number): void
  countRest(search: number, gather: number): void
  lookUpCounts(search: number, slots: number, from: number, to: number): void
  findLow(...[search, tau, ratio, from, to]: [number, number, number, number, number]): void
  countCoarse(search: number, scratch: number, from: number, to: number): void
  countInViews(search: number, scratch: number, from: number, to: number): void
  foldBits(scratch: number): void
  maskTemplates(search: number, scratch: number, from: number, to: number): void
  openListed(search: number, scratch: number): void
  countListed(search: number, scratch: number, from: number, to: number): void
  openEmitter(emitter: number): void
  closeEmitter(emitter: number): number
  indexViews(
    ...[search, scratch, emitter, tau, from, to]: [number, number, number, number, number, number]
  ): void
  sampleRare(scratch: number, distinct: number, limit: number): number
  sortEntries(...[list, chunks, a, b, ofDigit]: [number, number, number, number, number]): number
  postEntries(...[search, emitter, a, n, b, base]: [number, number, number, number, number, number]): number
  sortPlaces(
    ...[list, chunks, base, views, start, places]: [number, number, number, number, number, number]
  ): void
  fingerprintViews(...[search, scratch, emitter, from, to]: [number, number, number, number, number]): void
  findPassages(...[search, scratch, entries, n, from]: [number, number, number, number, number]): number
  countShared(search: number, from: number, to: number): void
  signViews(...[search, scratch, emitter, from, to]: [number, number, number, number, number]): void
  alignPairs(
    ...[search, scratch, pairs, n, ratio, aligned]: [number, number, number, number, number, number]
  ): void
  findDifferences(scratch: number, most: number): number
  prepareLcs(scratch: number, words: number, count: number, shift: number): void
  lcsLength(scratch: number, words: number, count: number, shift: number): number
  findPairs(
    ...[search, scratch, tau, ratio, from, to]: [number, number, number, number, number, number]
  ): number
}

/** What the kernels ask of the host: `wait` sleeps a moment while the u32 at the address is 1. */
interface Imports {
  memory: SharedMemory
  wait(address: number): void
}

/** What Node 20 has and the type library of its language level does not name. */
interface WebAssemblyApi {
  Memory: new (descriptor: { initial: number; maximum: number; shared: true }) => SharedMemory
  Module: new (bytes: Uint8Array) => object
  Instance: new (module: object, imports: { env: Imports }) => { exports: unknown }
}

const api = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly

/** How long a thread sleeps before it looks again whether a lock is free. */
const WAIT_MS = 0.05

export const PAGE_BYTES = 65536
/** Addresses have 32 bits. */
export const MOST_PAGES = 65536

export function makeMemory(pages: number): SharedMemory {
  return new api.Memory({ initial: pages, maximum: MOST_PAGES, shared: true })
}

let compiled: object | null = null

/** The kernels on a memory; cheap once this thread has compiled them. */
export function openKernels(memory: SharedMemory): Kernels {
  compiled ??= new api.Module(Buffer.from(KERNELS, 'base64'))
  const wait = (address: number): void => {
    Atomics.wait(new Int32Array(memory.buffer), address >>> 2, 1, WAIT_MS)
  }
  return new api.Instance(compiled, { env: { memory, wait } }).exports as Kernels
}

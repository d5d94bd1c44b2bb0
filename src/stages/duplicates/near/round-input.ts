import type { SharedMemory } from '../../../core/shared-memory.ts'
import type { RoundInput } from '../../../core/stage.ts'
import type { ScratchPool } from '../../../text/kernels/scratch.ts'

/** The memory of the search: where the kernels find what the input says by address. */
export function memoryOf(input: RoundInput): SharedMemory {
  return input['memory'] as SharedMemory
}

/** Fields of the input that are numbers. */
export function numbersOf<Name extends string>(
  input: RoundInput,
  ...names: readonly Name[]
): Readonly<Record<Name, number>> {
  return Object.fromEntries(names.map((name) => [name, input[name] as number])) as Record<Name, number>
}

export function poolOf(input: RoundInput): ScratchPool {
  return input['pool'] as unknown as ScratchPool
}

/** Views a kernel is asked for at a time: a thread's code gets faster only between calls. */
const STEP = 128

/** Cuts [from, to) into steps. */
export function* steps(from: number, to: number): Generator<[from: number, to: number]> {
  for (let at = from; at < to; at += STEP) yield [at, Math.min(to, at + STEP)]
}

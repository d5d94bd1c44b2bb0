import type { SharedMemory } from '../../core/shared-memory.ts'
import { u32At } from './heap.ts'
import type { Heap } from './heap.ts'
import { LAYOUTS } from './layouts.ts'

export type StructName = keyof typeof LAYOUTS
type Field<Name extends StructName> = (typeof LAYOUTS)[Name][number]
export type StructValues<Name extends StructName> = Partial<Readonly<Record<Field<Name>, number>>>

/** A struct of the kernels in a memory, as the host writes and reads it. */
export class Struct<Name extends StructName> {
  readonly address: number
  readonly #values: Uint32Array
  readonly #fields: readonly string[]

  /** @param address of the struct, as it was when it was made. */
  constructor(name: Name, memory: SharedMemory, address: number) {
    this.address = address
    this.#fields = LAYOUTS[name]
    this.#values = u32At(memory, address, this.#fields.length)
  }

  /** Bytes a struct takes. */
  static bytes(name: StructName): number {
    return 4 * LAYOUTS[name].length
  }

  /** A new struct; fields not given are 0. */
  static in<Name extends StructName>(name: Name, heap: Heap, values: StructValues<Name>): Struct<Name> {
    return new Struct(name, heap.memory, heap.zeroed(Struct.bytes(name))).set(values)
  }

  set(values: StructValues<Name>): this {
    for (const [field, value] of Object.entries(values)) this.#values[this.#at(field)] = value as number
    return this
  }

  get(field: Field<Name>): number {
    return this.#values[this.#at(field)] as number
  }

  /** The value of a field itself, for who reads and writes it often. */
  value(field: Field<Name>): Uint32Array {
    const at = this.#at(field)
    return this.#values.subarray(at, at + 1)
  }

  #at(field: string): number {
    const at = this.#fields.indexOf(field)
    if (at < 0) throw new RangeError(`no field ${field}`)
    return at
  }
}

import type { Batch } from '../../core/batch.ts'
import { keyOf } from './columns.ts'
import { plain } from './registry.ts'
import type { Source } from './registry.ts'

const decoder = new TextDecoder()
/** A split behind the name ("medqa_train") does not make another source. */
const SPLIT_SUFFIX = /(train|training|validation|valid|dev|test)$/

/** Which known source a row declares. Each distinct value is compared once. */
export class Declared {
  readonly #byName = new Map<string, number>()
  readonly #byValue = new Map<number, number>()
  readonly #names: readonly string[]

  constructor(sources: readonly Source[]) {
    this.#names = sources.map((source) => source.name)
    for (const [number, { aliases }] of sources.entries()) {
      for (const alias of aliases) if (!this.#byName.has(plain(alias))) this.#byName.set(plain(alias), number)
    }
  }

  /** Number of the source, or −1 when the row declares none that is known. */
  of(batch: Batch, example: number): number {
    const name = batch.schema.source
    const column = name === null ? undefined : batch.columns.get(name)
    if (column?.kind !== 'utf8' || column.valid[example] !== 1) return -1
    const [start, end] = [column.start[example]!, column.start[example + 1]!]
    const key = keyOf(column.bytes, start, end)
    let source = this.#byValue.get(key)
    if (source === undefined) {
      source = this.#look(decoder.decode(column.bytes.subarray(start, Math.min(end, start + 200))))
      this.#byValue.set(key, source)
    }
    return source
  }

  /** Name of the source a declared value means, or null. */
  meaning(value: string): string | null {
    return this.#names[this.#look(value)] ?? null
  }

  /** The whole value, without a split behind it, or what stands before the first slash or colon. */
  #look(value: string): number {
    const whole = plain(value)
    const head = plain(value.split(/[/:]/)[0] ?? '')
    for (const name of [whole, whole.replace(SPLIT_SUFFIX, ''), head]) {
      const source = this.#byName.get(name)
      if (source !== undefined) return source
    }
    return -1
  }
}

import { ROLES } from './example.ts'
import type { Example, Role, UnreadField } from './example.ts'

/** Examples as a few arrays that can be moved between threads; columns and ids as JSON text. */
export interface PackedExamples {
  readonly shard: Uint32Array<ArrayBuffer>
  readonly row: Float64Array<ArrayBuffer>
  /** Example i owns turns [turnStart[i], turnStart[i + 1]); turn t owns bytes [textStart[t], textStart[t + 1]). */
  readonly turnStart: Uint32Array<ArrayBuffer>
  readonly role: Uint8Array<ArrayBuffer>
  readonly textStart: Uint32Array<ArrayBuffer>
  /** JSON of example i, `[id, columns]` and what was not read, is bytes [jsonStart[i], jsonStart[i + 1]). */
  readonly jsonStart: Uint32Array<ArrayBuffer>
  readonly bytes: Uint8Array<ArrayBuffer>
}

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

export function packExamples(examples: readonly Example[]): PackedExamples {
  const json = examples.map((example) =>
    example instanceof PackedExample ? example.json : encoder.encode(JSON.stringify(partsOf(example))),
  )
  const turns = examples.reduce((sum, example) => sum + example.turns.length, 0)
  const packed = {
    shard: Uint32Array.from(examples, (example) => example.shard),
    row: Float64Array.from(examples, (example) => example.row),
    turnStart: new Uint32Array(examples.length + 1),
    role: new Uint8Array(turns),
    textStart: new Uint32Array(turns + 1),
    jsonStart: new Uint32Array(examples.length + 1),
  }
  let [turn, end] = [0, 0]
  examples.forEach((example, i) => {
    for (const { role, text } of example.turns) {
      packed.role[turn++] = ROLES.indexOf(role)
      packed.textStart[turn] = end += text.length
    }
    packed.turnStart[i + 1] = turn
  })
  packed.jsonStart[0] = end
  json.forEach((text, i) => (packed.jsonStart[i + 1] = end += text.length))
  const bytes = new Uint8Array(end)
  turn = 0
  for (const { turns: own } of examples) for (const { text } of own) bytes.set(text, packed.textStart[turn++])
  json.forEach((text, i) => bytes.set(text, packed.jsonStart[i]))
  return { ...packed, bytes }
}

type JsonParts = [id: string | null, columns: Example['columns'], unread?: readonly UnreadField[]]

function partsOf({ exampleId, columns, unread }: Example): JsonParts {
  return unread === undefined ? [exampleId, columns] : [exampleId, columns, unread]
}

/** The examples again; their texts are views on the packed bytes. */
export function unpackExamples(packed: PackedExamples): Example[] {
  return Array.from(packed.shard, (_, i) => new PackedExample(packed, i))
}

class PackedExample implements Example {
  readonly shard: number
  readonly row: number
  readonly turns: Example['turns']
  readonly json: Uint8Array
  #parsed: JsonParts | null = null

  constructor(packed: PackedExamples, i: number) {
    this.shard = packed.shard[i]!
    this.row = packed.row[i]!
    const turns: { role: Role; text: Uint8Array }[] = []
    for (let turn = packed.turnStart[i]!; turn < packed.turnStart[i + 1]!; turn++) {
      const text = packed.bytes.subarray(packed.textStart[turn], packed.textStart[turn + 1])
      turns.push({ role: ROLES[packed.role[turn]!] ?? 'unknown', text })
    }
    this.turns = turns
    this.json = packed.bytes.subarray(packed.jsonStart[i], packed.jsonStart[i + 1])
  }

  get exampleId(): string | null {
    return this.#read()[0]
  }

  get columns(): Example['columns'] {
    return this.#read()[1]
  }

  get unread(): readonly UnreadField[] {
    return this.#read()[2] ?? []
  }

  /** Most examples are only looked at for their text. */
  #read(): JsonParts {
    return (this.#parsed ??= JSON.parse(decoder.decode(this.json)) as JsonParts)
  }
}

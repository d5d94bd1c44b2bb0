import { placeOf } from './finding-columns.ts'
import type { Finding, Place, Severity } from './finding.ts'
import type { JsonObject } from './json.ts'
import type { Tally } from './tally.ts'

/** Characters of an id. */
export const ID_LENGTH = 16
/** Columns of `evidence.parquet` whose values are names, in the order of a finding's codes: 0 is none, 1 the first name. */
export const NAMED = [
  ...(['rule', 'severity', 'method', 'benchmark', 'item', 'kind', 'component', 'path', 'exampleId'] as const),
  ...(['otherComponent', 'otherPath', 'otherExampleId'] as const),
] as const
/** Columns whose values are texts: their codes come behind, 0 is the first text. */
export const TEXTUAL = ['message', 'evidence'] as const
/** Columns whose values are numbers, in their order; NaN is none. */
export const NUMERIC = ['row', 'otherRow', 'score'] as const
/** Codes and numbers of one finding. */
export const CODES = NAMED.length + TEXTUAL.length
export const NUMBERS = NUMERIC.length

const at = (column: (typeof NAMED)[number] | (typeof TEXTUAL)[number]): number =>
  [...NAMED, ...TEXTUAL].indexOf(column)
const [RULE, SEVERITY, METHOD, BENCHMARK, ITEM] = [0, 1, 2, 3, 4]
const [KIND, COMPONENT, PATH, EXAMPLE_ID] = [at('kind'), at('component'), at('path'), at('exampleId')]
/** Codes of a place, from that of its kind on. */
const PLACE_NAMES = 7
const [OTHER_COMPONENT, OTHER_PATH] = [at('otherComponent'), at('otherPath')]
const [OTHER_EXAMPLE_ID, MESSAGE, EVIDENCE] = [at('otherExampleId'), at('message'), at('evidence')]

/**
 * Findings that were packed together (`FindingPacker`). They are looked at where they lie: most of very many findings
 * are only counted and written.
 */
export class FindingBlock implements Iterable<Finding> {
  readonly count: number
  readonly names: readonly (string | undefined)[]
  /** `CODES` of each finding, `NUMBERS` of each, `ID_LENGTH` bytes of each. */
  readonly codes: Uint32Array
  readonly numbers: Float64Array
  readonly ids: Buffer
  /** How many texts there are. */
  readonly texts: number
  readonly #ends: Uint32Array
  readonly #bytes: Buffer
  /** The place that was asked for last, and of which finding. */
  #place: Place | null = null
  #placed = 0

  constructor(packed: Tally) {
    this.count = packed['findings.count'] as number
    this.names = [undefined, ...(packed['findings.names'] as readonly string[])]
    this.codes = packed['findings.codes'] as Uint32Array
    this.numbers = packed['findings.numbers'] as Float64Array
    this.ids = bufferOf(packed['findings.ids'] as Uint8Array)
    this.#ends = packed['findings.ends'] as Uint32Array
    this.texts = this.#ends.length
    this.#bytes = bufferOf(packed['findings.texts'] as Uint8Array)
  }

  /** A finding as it lies in the block, which it holds in memory: what is kept longer is taken out with `standalone`. */
  at(i: number): Finding {
    return new PackedFinding(this, i)
  }

  *[Symbol.iterator](): Generator<Finding, void, undefined> {
    for (let i = 0; i < this.count; i++) yield new PackedFinding(this, i)
  }

  /** The place of a finding; findings of one place come one after the other and get the same object. */
  placeAt(i: number): Place {
    const { codes, numbers } = this
    const [c, before, n] = [i * CODES, this.#placed * CODES, i * NUMBERS]
    let same = this.#place !== null && Object.is(numbers[n], numbers[this.#placed * NUMBERS])
    same &&= Object.is(numbers[n + 1], numbers[this.#placed * NUMBERS + 1])
    for (let p = KIND; same && p < KIND + PLACE_NAMES; p++) same = codes[c + p] === codes[before + p]
    this.#placed = i
    return same ? (this.#place as Place) : (this.#place = this.#readPlace(c, n))
  }

  #readPlace(c: number, n: number): Place {
    const name = (column: number): string | undefined => this.names[this.codes[c + column] as number]
    return placeOf({
      kind: name(KIND) as Place['kind'],
      ...{ component: name(COMPONENT), path: name(PATH), row: this.numbers[n], exampleId: name(EXAMPLE_ID) },
      ...{ otherComponent: name(OTHER_COMPONENT), otherPath: name(OTHER_PATH) },
      ...{ otherRow: this.numbers[n + 1], otherExampleId: name(OTHER_EXAMPLE_ID) },
    })
  }

  /** UTF-8 of one of the texts. */
  text(code: number): Buffer {
    return this.#bytes.subarray(code === 0 ? 0 : this.#ends[code - 1], this.#ends[code])
  }
}

function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength)
}

class PackedFinding implements Finding {
  readonly #block: FindingBlock
  readonly #i: number

  constructor(block: FindingBlock, i: number) {
    this.#block = block
    this.#i = i
  }

  static placeIn(finding: Finding): { block: FindingBlock; i: number } | null {
    return #block in finding ? { block: finding.#block, i: finding.#i } : null
  }

  get id(): string {
    const start = this.#i * ID_LENGTH
    return this.#block.ids.toString('latin1', start, start + ID_LENGTH)
  }

  get rule(): string {
    return this.#name(RULE) ?? ''
  }

  get severity(): Severity {
    return this.#name(SEVERITY) as Severity
  }

  get place(): Place {
    return this.#block.placeAt(this.#i)
  }

  get message(): string {
    return this.#text(MESSAGE)
  }

  get evidence(): JsonObject {
    return JSON.parse(this.#text(EVIDENCE)) as JsonObject
  }

  get method(): string | undefined {
    return this.#name(METHOD)
  }

  get benchmark(): string | undefined {
    return this.#name(BENCHMARK)
  }

  get item(): string | undefined {
    return this.#name(ITEM)
  }

  get score(): number | undefined {
    const score = this.#block.numbers[this.#i * NUMBERS + 2] as number
    return Number.isNaN(score) ? undefined : score
  }

  #name(column: number): string | undefined {
    return this.#block.names[this.#block.codes[this.#i * CODES + column] as number]
  }

  #text(column: number): string {
    return this.#block.text(this.#block.codes[this.#i * CODES + column] as number).toString('utf8')
  }
}

/** The block a finding lies in and its number there; null for one that stands alone. */
export function placeInBlock(finding: Finding): { block: FindingBlock; i: number } | null {
  return PackedFinding.placeIn(finding)
}

/** The finding as an object of its own, which holds no block in memory and can be written as JSON. */
export function standalone(finding: Finding): Finding {
  if (placeInBlock(finding) === null) return finding
  const { id, rule, severity, place, message, evidence, method, benchmark, item, score } = finding
  const optional = Object.entries({ method, benchmark, item, score }).filter(
    ([, value]) => value !== undefined,
  )
  return { id, rule, severity, place, message, evidence, ...Object.fromEntries(optional) }
}

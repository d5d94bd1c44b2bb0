import type { Finding, Place, RowPlace, Severity } from './finding.ts'
import type { FindingText } from './finding-text.ts'
import type { JsonObject, JsonValue } from './json.ts'
import type { Tally } from './tally.ts'

/**
 * Numbers of one finding: its kind of place, then its rule, severity, method, benchmark and item, and component, path and
 * declared id of both places, as places in the list of names plus one (0 where there is none).
 */
const NUMBERS = 12
/** Rows of one finding, and its score (NaN where it has none). */
const VALUES = 3
/** Texts of one finding: id, message and evidence, one behind the other. */
const TEXTS = 3
const KINDS: readonly Place['kind'][] = [
  'row',
  'pair',
  'shard',
  'component',
  'claim',
  'source',
  'benchmark',
  'corpus',
]

/**
 * Findings as a few arrays that can be moved between threads. Their evidence stays the bytes of canonical JSON that end up
 * in the file; what many findings share (rules, paths, benchmarks) is there once.
 */
export class FindingPacker {
  #count = 0
  #bytes = Buffer.allocUnsafeSlow(1 << 16)
  #length = 0
  readonly #ends: number[] = []
  readonly #names = new Map<string, number>()
  readonly #numbers: number[] = []
  readonly #values: number[] = []

  add(finding: FindingText): void {
    const { id, rule, severity, place, message, evidence, method, benchmark, item, score } = finding
    for (const text of [id, message, evidence]) this.#ends.push(this.#write(text))
    const [a, b] = placesOf(place)
    const all = [rule, severity, method, benchmark, item, ...namesOf(a), ...namesOf(b)]
    this.#numbers.push(KINDS.indexOf(place.kind))
    for (const name of all) this.#numbers.push(this.#numberOf(name))
    this.#values.push(a?.row ?? 0, b?.row ?? 0, score ?? NaN)
    this.#count++
  }

  take(): Tally {
    return {
      'findings.count': this.#count,
      'findings.names': [...this.#names.keys()] as JsonValue,
      'findings.numbers': Uint32Array.from(this.#numbers),
      'findings.values': Float64Array.from(this.#values),
      'findings.ends': Uint32Array.from(this.#ends),
      'findings.bytes': new Uint8Array(this.#bytes.buffer.slice(0, this.#length)),
    }
  }

  #write(text: string): number {
    const most = this.#length + 3 * text.length
    if (most > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(2 * most)
      this.#bytes.copy(larger, 0, 0, this.#length)
      this.#bytes = larger
    }
    this.#length += this.#bytes.write(text, this.#length)
    return this.#length
  }

  #numberOf(name: string | undefined): number {
    if (name === undefined) return 0
    const known = this.#names.get(name)
    if (known !== undefined) return known
    this.#names.set(name, this.#names.size + 1)
    return this.#names.size
  }
}

/** Findings that were handed on together, and what they were handed on as. */
export interface FindingBlock {
  findings: readonly Finding[]
  packed: Tally
}

const blocks = new WeakMap<Finding, FindingBlock>()

/** The block this finding is the first of. */
export function blockFrom(first: Finding): FindingBlock | null {
  return blocks.get(first) ?? null
}

/** The findings again, in their order; texts are decoded when they are asked for, which few readers of many findings do. */
export function unpackFindings(packed: Tally): Finding[] {
  const findings = [...findingsOf(packed)]
  if (findings[0] !== undefined) blocks.set(findings[0], { findings, packed })
  return findings
}

/** UTF-8 of the message, and canonical JSON of the evidence, of one of the findings. */
export function packedTexts(packed: Tally, i: number): { message: Uint8Array; evidence: Uint8Array } {
  const [ends, bytes] = [packed['findings.ends'] as Uint32Array, packed['findings.bytes'] as Uint8Array]
  const [start, middle, end] = ends.subarray(i * TEXTS, (i + 1) * TEXTS) as unknown as [
    number,
    number,
    number,
  ]
  return { message: bytes.subarray(start, middle), evidence: bytes.subarray(middle, end) }
}

function* findingsOf(packed: Tally): Generator<Finding, void, undefined> {
  const [numbers, values, ends] = [
    packed['findings.numbers'],
    packed['findings.values'],
    packed['findings.ends'],
  ] as [...[Uint32Array, Float64Array, Uint32Array]]
  const { buffer, byteOffset, byteLength } = packed['findings.bytes'] as Uint8Array<ArrayBuffer>
  const bytes = Buffer.from(buffer, byteOffset, byteLength)
  const names: readonly (string | undefined)[] = [
    undefined,
    ...(packed['findings.names'] as readonly string[]),
  ]
  const name = (at: number): string | undefined => names[numbers[at] as number]
  let start = 0
  for (let i = 0; i < (packed['findings.count'] as number); i++) {
    const [n, v, e] = [i * NUMBERS, i * VALUES, i * TEXTS]
    const [id, message, evidence] = [ends[e] as number, ends[e + 1] as number, ends[e + 2] as number]
    const texts = { bytes, start: id, message, evidence }
    const place = placeOf(KINDS[numbers[n] as number] as Place['kind'], name, { n, values, v })
    const finding = withTexts(bytes.toString('latin1', start, id), place, texts)
    finding.rule = name(n + 1) ?? ''
    finding.severity = name(n + 2) as Severity
    const [method, benchmark, item] = [name(n + 3), name(n + 4), name(n + 5)]
    if (method !== undefined) finding.method = method
    if (benchmark !== undefined) finding.benchmark = benchmark
    if (item !== undefined) finding.item = item
    const score = values[v + 2] as number
    if (!Number.isNaN(score)) finding.score = score
    yield finding
    start = evidence
  }
}

/** A finding whose message [start, message) and evidence [message, evidence) are decoded when they are asked for. */
function withTexts(
  id: string,
  place: Place,
  texts: { bytes: Buffer; start: number; message: number; evidence: number },
): Finding {
  let evidence: JsonObject | null = null
  return {
    id,
    rule: '',
    severity: 'info',
    place,
    get message() {
      return texts.bytes.toString('utf8', texts.start, texts.message)
    },
    get evidence() {
      return (evidence ??= JSON.parse(
        texts.bytes.toString('utf8', texts.message, texts.evidence),
      ) as JsonObject)
    },
  }
}

/** Places that are no rows have a name alone, kept as a path. */
function placesOf(place: Place): [RowPlace | null, RowPlace | null] {
  if (place.kind === 'row') return [place, null]
  if (place.kind === 'pair') return [place.a, place.b]
  return [{ component: '', path: place.name, row: 0 }, null]
}

function placeOf(
  kind: Place['kind'],
  name: (at: number) => string | undefined,
  { n, values, v }: { n: number; values: Float64Array; v: number },
): Place {
  const a = rowPlace(name(n + 6), name(n + 7), name(n + 8), values[v] as number)
  if (kind === 'row') return { kind, ...a }
  if (kind !== 'pair') return { kind, name: a.path }
  return { kind, a, b: rowPlace(name(n + 9), name(n + 10), name(n + 11), values[v + 1] as number) }
}

function rowPlace(
  ...[component = '', path = '', exampleId, row]: [
    ...[component: string | undefined, path: string | undefined, exampleId: string | undefined],
    row: number,
  ]
): RowPlace {
  return exampleId === undefined ? { component, path, row } : { component, path, row, exampleId }
}

function namesOf(place: RowPlace | null): (string | undefined)[] {
  return place === null ? [undefined, undefined, undefined] : [place.component, place.path, place.exampleId]
}

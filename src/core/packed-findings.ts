import { placeColumns } from './finding-columns.ts'
import type { Finding, Place } from './finding.ts'
import type { FindingText } from './finding-text.ts'
import { CODES, FindingBlock, ID_LENGTH, NUMBERS } from './finding-block.ts'
import type { JsonValue } from './json.ts'
import type { Tally } from './tally.ts'

/**
 * Findings as a few arrays that can be moved between threads: columns of `evidence.parquet`, with what many findings
 * share there once. A stock phrase of the corpus makes very many findings with the same few messages and evidence.
 */
export class FindingPacker {
  #count = 0
  #codes = new Uint32Array(64 * CODES)
  #numbers = new Float64Array(64 * NUMBERS)
  #ids: string[] = []
  readonly #names = new Map<string, number>()
  readonly #texts = new Texts()
  #place: Place | null = null
  /** Codes of the kind and the names of that place, and its rows. */
  readonly #placeCodes = new Uint32Array(7)
  readonly #rows: [number, number] = [NaN, NaN]

  get count(): number {
    return this.#count
  }

  /** Findings at one place come one after the other, best with the same object: its names are looked up once. */
  add(finding: FindingText): void {
    const { rule, severity, place, method, benchmark, item, score } = finding
    if (finding.id.length !== ID_LENGTH)
      throw new TypeError(`no id of a finding: ${JSON.stringify(finding.id)}`)
    if (place !== this.#place) this.#enter(place)
    this.#reserve()
    const codes = this.#codes
    let at = this.#count * CODES
    codes[at++] = this.#codeOf(rule)
    codes[at++] = this.#codeOf(severity)
    codes[at++] = this.#codeOf(method)
    codes[at++] = this.#codeOf(benchmark)
    codes[at++] = this.#codeOf(item)
    for (let i = 0; i < 7; i++) codes[at++] = this.#placeCodes[i] as number
    codes[at++] = this.#texts.codeOf(finding.message)
    codes[at] = this.#texts.codeOf(finding.evidence)
    const n = this.#count * NUMBERS
    this.#numbers[n] = this.#rows[0]
    this.#numbers[n + 1] = this.#rows[1]
    this.#numbers[n + 2] = score ?? NaN
    this.#ids.push(finding.id)
    this.#count++
  }

  /** What was added since the last time. */
  take(): Tally {
    const ids = new Uint8Array(this.#count * ID_LENGTH)
    Buffer.from(ids.buffer).write(this.#ids.join(''), 'latin1')
    const packed = {
      'findings.count': this.#count,
      'findings.names': [...this.#names.keys()] as JsonValue,
      'findings.codes': this.#codes.slice(0, this.#count * CODES),
      'findings.numbers': this.#numbers.slice(0, this.#count * NUMBERS),
      'findings.ids': ids,
      ...this.#texts.take(),
    }
    this.#count = 0
    this.#ids = []
    this.#names.clear()
    this.#place = null
    return packed
  }

  #enter(place: Place): void {
    const columns = placeColumns(place)
    const { kind, component, path, exampleId, otherComponent, otherPath, otherExampleId } = columns
    const names = [kind, component, path, exampleId, otherComponent, otherPath, otherExampleId]
    names.forEach((name, i) => (this.#placeCodes[i] = this.#codeOf(name)))
    this.#rows[0] = columns.row ?? NaN
    this.#rows[1] = columns.otherRow ?? NaN
    this.#place = place
  }

  #reserve(): void {
    if ((this.#count + 1) * CODES <= this.#codes.length) return
    const [codes, numbers] = [this.#codes, this.#numbers]
    this.#codes = new Uint32Array(2 * codes.length)
    this.#codes.set(codes)
    this.#numbers = new Float64Array(2 * numbers.length)
    this.#numbers.set(numbers)
  }

  #codeOf(name: string | undefined): number {
    if (name === undefined) return 0
    const known = this.#names.get(name)
    if (known !== undefined) return known
    this.#names.set(name, this.#names.size + 1)
    return this.#names.size
  }
}

/** Texts as UTF-8, one behind the other, each distinct one once. */
class Texts {
  #bytes = Buffer.allocUnsafeSlow(1 << 14)
  #length = 0
  #ends: number[] = []
  readonly #known = new Map<string, number>()

  codeOf(text: string): number {
    const known = this.#known.get(text)
    if (known !== undefined) return known
    const code = this.#ends.length
    this.#known.set(text, code)
    const most = this.#length + 3 * text.length
    if (most > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(2 * most)
      this.#bytes.copy(larger, 0, 0, this.#length)
      this.#bytes = larger
    }
    this.#length += this.#bytes.write(text, this.#length)
    this.#ends.push(this.#length)
    return code
  }

  take(): Tally {
    const texts = new Uint8Array(this.#bytes.subarray(0, this.#length))
    const taken = { 'findings.texts': texts, 'findings.ends': Uint32Array.from(this.#ends) }
    this.#length = 0
    this.#ends = []
    this.#known.clear()
    return taken
  }
}

/** The findings again, in their order. */
export function unpackFindings(packed: Tally): Finding[] {
  return [...new FindingBlock(packed)]
}

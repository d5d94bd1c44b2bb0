import type { Example } from '../../core/example.ts'
import type { Finding } from '../../core/finding.ts'
import { unpackFindings } from '../../core/packed-findings.ts'
import type { JsonObject, JsonValue } from '../../core/json.ts'
import { packExamples } from '../../core/packed-examples.ts'
import type { ReduceContext, RoundInput } from '../../core/stage.ts'
import type { AskedPair } from './evidence.ts'
import { withExamples } from './look.ts'
import type { Cache } from './look.ts'
import type { NearKind } from './near/near-evidence.ts'
import { choiceOf, sameKey } from './rows.ts'
import type { Rows } from './rows.ts'
import type { Pair } from './pairs.ts'

/** Pairs a thread compares at a time. */
const BATCH = 256

/** What the threads need to compare two rows on their text. */
export interface CompareWork {
  rows: Rows
  context: ReduceContext
  cache: Cache
  /** Least part of the longer view that must be aligned words. */
  ratio: number
  /** In memory all threads share: a bit per slot of template runs, and of words ever written in small letters. */
  templateBits: Uint32Array
  lowerCaseBits: Uint32Array
}

/** What every near pair is, decided on both texts. */
export async function classifyPairs(
  pairs: readonly { a: number; b: number }[],
  work: CompareWork,
): Promise<NearKind[]> {
  const kinds: NearKind[] = []
  for await (const answer of work.context.round(
    'classify',
    batches(pairs, () => ({}), work),
  ))
    kinds.push(...(answer['values'] as readonly JsonValue[] as readonly NearKind[]))
  return kinds
}

/** A pair to be shown; `measured` is what the near level found of a pair that a stronger level lists. */
export interface ShownPair extends Pair {
  message?: string
  meaning?: readonly string[]
  measured?: number
}

/** The finding of each pair, or null where the texts do not bear out what the keys say. */
export async function* pairFindings(
  pairs: readonly ShownPair[],
  work: CompareWork,
): AsyncGenerator<Finding | null> {
  const about = (pair: ShownPair): JsonObject => ({ ...pair, ...answersOf(pair, work.rows) }) as JsonObject
  for await (const answer of work.context.round('findings', batches(pairs, about, work))) {
    const findings = unpackFindings(answer).values()
    for (const held of answer['held'] as Uint8Array)
      yield held === 1 ? (findings.next().value as Finding) : null
  }
}

/** What the rows' keys say of the answers of a pair. */
function answersOf({ a, b }: Pair, rows: Rows): Pick<AskedPair, 'letters' | 'sameAnswer' | 'sameOption'> {
  return {
    letters: [lettersOf(rows, a), lettersOf(rows, b)],
    sameAnswer: sameKey(rows, a, b, 'answer'),
    sameOption:
      rows.answerText[2 * a] === rows.answerText[2 * b] &&
      rows.answerText[2 * a + 1] === rows.answerText[2 * b + 1],
  }
}

/** "B", and "A, C" of an answer that names several. */
function lettersOf(rows: Rows, row: number): string | null {
  const options = choiceOf(rows, row)
  const letters: string[] = []
  for (let i = 0; options >>> i > 0; i++)
    if (((options >>> i) & 1) === 1) letters.push(String.fromCharCode(65 + i))
  return letters.length === 0 ? null : letters.join(', ')
}

/** Pairs with the texts of their rows, as the input of a round each. */
async function* batches<P extends { a: number; b: number }>(
  pairs: readonly P[],
  about: (pair: P) => JsonObject,
  work: CompareWork,
): AsyncGenerator<RoundInput> {
  let batch = new Batch(work)
  const source = { rows: work.rows, look: work.context, cache: work.cache }
  for await (const { item, examples } of withExamples(pairs, ({ a, b }) => [a, b], source)) {
    batch.add(about(item), item, examples as [Example, Example])
    if (batch.pairs.length < BATCH) continue
    yield batch.input()
    batch = new Batch(work)
  }
  if (batch.pairs.length > 0) yield batch.input()
}

/** Pairs and the texts of their rows, each row once. */
class Batch {
  readonly pairs: JsonObject[] = []
  readonly #numbers = new Map<number, number>()
  readonly #examples: Example[] = []
  readonly #work: CompareWork

  constructor(work: CompareWork) {
    this.#work = work
  }

  add(about: JsonObject, { a, b }: { a: number; b: number }, examples: readonly [Example, Example]): void {
    this.pairs.push({ ...about, a: this.#number(a, examples[0]), b: this.#number(b, examples[1]) })
  }

  #number(row: number, example: Example): number {
    const known = this.#numbers.get(row)
    if (known !== undefined) return known
    this.#numbers.set(row, this.#examples.length)
    return this.#examples.push(example) - 1
  }

  input(): RoundInput {
    const { context, templateBits, lowerCaseBits, ratio } = this.#work
    const shards = [...new Set(this.#examples.map(({ shard }) => shard))]
    const places = shards.map((shard) => {
      const { component = '', path = '' } = context.plan.shards[shard] ?? {}
      return [String(shard), { component, path }] as const
    })
    return {
      ...packExamples(this.#examples),
      ...{ pairs: this.pairs, places: Object.fromEntries(places), evidence: context.evidence },
      ...{ templateBits, lowerCaseBits, ratio },
    }
  }
}

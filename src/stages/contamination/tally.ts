import type { JsonValue } from '../../core/json.ts'
import type { Tally } from '../../core/tally.ts'
import type { Hit } from './assay-scan.ts'

/** A hit of a published rule: one (row, item) pair. Bytes count from the start of the turn. */
export interface RuleHit {
  row: number
  method: number
  item: number
  turn: number
  role: number
  /** Bytes [from, to) of the turn between which the shared text lies. */
  from: number
  to: number
  /** swiss-ai: matched and item tokens; n-gram rules: covered and item words. */
  matched: number
  length: number
}

/** A sighting of the assay method in the row it was seen in; one in several turns has the last of them as its turn. */
export interface AssayHit extends Hit {
  row: number
  role: number
}

const RULE_FIELDS = ['row', 'method', 'item', 'turn', 'role', 'from', 'to', 'matched', 'length'] as const
const HIT_NUMBERS = [
  ...['row', 'role', 'item', 'turn', 'from', 'to', 'questionFrom', 'questionTo', 'questionWords', 'covered'],
  ...['longestRun', 'inserted', 'numbersChanged', 'unitsChanged', 'oppositesChanged', 'negationsChanged'],
  ...['boundary', 'options', 'optionsFound', 'optionMask', 'answerTurn', 'answerDistance'],
  ...['first', 'last', 'otherOptions', 'optionsEdited', 'optionsAltered', 'optionsNegated'],
  ...['negationsAsked', 'otherPlaces', 'joined', 'optionsTurn'],
] as const
const HIT_FLAGS = ['inOrder', 'reordered', 'relabelled', 'topicChanged', 'restated', 'told'] as const

/** Numbers of one hit of a published rule in a packed list of them. */
export const RULE_STRIDE = RULE_FIELDS.length

/** Hits of published rules as one list of numbers. */
export function packRules(hits: readonly RuleHit[]): Float64Array<ArrayBuffer> {
  const rules = new Float64Array(hits.length * RULE_STRIDE)
  hits.forEach((hit, i) => RULE_FIELDS.forEach((field, f) => (rules[i * RULE_STRIDE + f] = hit[field])))
  return rules
}

/** The hit that stands at `at` in a packed list; such a list of all slices may be long, objects would take ten times the room. */
export function ruleAt(rules: Float64Array, at: number): RuleHit {
  return {
    row: rules[at] as number,
    method: rules[at + 1] as number,
    item: rules[at + 2] as number,
    turn: rules[at + 3] as number,
    role: rules[at + 4] as number,
    from: rules[at + 5] as number,
    to: rules[at + 6] as number,
    matched: rules[at + 7] as number,
    length: rules[at + 8] as number,
  }
}

/** What a slice tells: hits, and in how many examples each known word stands. */
export interface SliceRecord {
  examples: number
  rules: readonly RuleHit[]
  hits: readonly AssayHit[]
  /** Examples with word w, per number of the vocabulary. */
  documents: Uint32Array
  /** Examples per declared source; null where there are too many to be sources. */
  sources: Readonly<Record<string, number>> | null
}

/** The same, read back: hits of the published rules stay packed (`ruleAt`), rows ascending. */
export interface UnpackedRecord extends Omit<SliceRecord, 'rules'> {
  rules: Float64Array
}

export function packTally(record: SliceRecord): Tally {
  const stride = HIT_NUMBERS.length + HIT_FLAGS.length
  const hits = new Float64Array(record.hits.length * stride)
  const masks: number[] = []
  record.hits.forEach((hit, i) => {
    const values = hit as unknown as Record<string, number>
    HIT_NUMBERS.forEach((field, f) => (hits[i * stride + f] = values[field] as number))
    HIT_FLAGS.forEach((field, f) => (hits[i * stride + HIT_NUMBERS.length + f] = hit[field] ? 1 : 0))
    masks.push(...hit.mask, ...hit.replaced, ...hit.topic)
  })
  const small = record.examples < 65536
  return {
    examples: record.examples,
    rules: packRules(record.rules),
    hits,
    masks: Uint32Array.from(masks),
    documents: small ? Uint16Array.from(record.documents) : record.documents,
    sources: record.sources as JsonValue,
  }
}

export function unpackTally(tally: Tally): UnpackedRecord {
  const numbers = tally['hits'] as Float64Array
  const masks = tally['masks'] as Uint32Array
  const stride = HIT_NUMBERS.length + HIT_FLAGS.length
  const hits: AssayHit[] = []
  let mask = 0
  for (let at = 0; at < numbers.length; at += stride) {
    const hit = Object.fromEntries([
      ...HIT_NUMBERS.map((field, f) => [field, numbers[at + f]]),
      ...HIT_FLAGS.map((field, f) => [field, numbers[at + HIT_NUMBERS.length + f] === 1]),
    ]) as unknown as AssayHit
    const words = (hit.questionWords + 31) >> 5
    hit.mask = masks.slice(mask, mask + words)
    hit.replaced = masks.slice(mask + words, mask + 2 * words)
    hit.topic = masks.slice(mask + 2 * words, mask + 3 * words)
    mask += 3 * words
    hits.push(hit)
  }
  return {
    examples: tally['examples'] as number,
    rules: tally['rules'] as Float64Array,
    hits,
    documents: Uint32Array.from(tally['documents'] as Uint16Array | Uint32Array),
    sources: tally['sources'] as SliceRecord['sources'],
  }
}

import { AuditError } from '../../core/error.ts'
import { bytesOfEntry } from './byte-alphabet.ts'
import { GPT2_PATTERN, KNOWN_PATTERNS } from './patterns.ts'
import { MOST_IDS } from './bpe.ts'
import type { BpeRule } from './bpe.ts'
import type { AddedToken } from './added.ts'
import type { SplitRule } from './split.ts'
import type { VocabularyParts } from './vocabulary.ts'

/** What the fast path needs of a tokenizer.json. */
export interface BpeFile {
  parts: VocabularyParts
  rule: BpeRule
  /** A space goes before every stretch of text that does not start with one. */
  prefixSpace: boolean
  /** The text is brought to NFC before anything but the added tokens is looked for. */
  nfc: boolean
  added: AddedToken[]
}

export type TokenizerFile =
  | { kind: 'bpe'; bpe: BpeFile }
  /** Valid as far as can be told, but not for the fast path; `why` names the first thing that is not known. */
  | { kind: 'other'; why: string }

type Loose = Record<string, unknown>

/** Thrown inside this file where the official binding has to take over. */
class NotFast extends Error {}

/**
 * Reads a Hugging Face tokenizer.json and decides, by its exact content, whether the fast path computes the same.
 * @throws AuditError TOKENIZER_INVALID when the file is not a tokenizer.
 */
export function readTokenizerJson(file: Uint8Array, where: string): TokenizerFile {
  const json = parse(file, where)
  try {
    return { kind: 'bpe', bpe: readBpe(json, where) }
  } catch (error) {
    if (error instanceof NotFast) return { kind: 'other', why: error.message }
    throw error
  }
}

export function invalidTokenizer(where: string, got: string, cause?: unknown): AuditError {
  return new AuditError('TOKENIZER_INVALID', {
    what: 'this file is not a tokenizer',
    where,
    expected: 'a Hugging Face tokenizer.json with a model and its vocabulary',
    got,
    fix: 'name a tokenizer.json (file:PATH), a Hub repository that has one (hf:ORG/NAME), o200k_base or cl100k_base',
    ...(cause === undefined ? {} : { cause }),
  })
}

function parse(file: Uint8Array, where: string): Loose {
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(file))
  } catch (cause) {
    throw invalidTokenizer(where, cause instanceof Error ? cause.message : 'no JSON', cause)
  }
  if (!isObject(json)) throw invalidTokenizer(where, 'JSON that is not an object')
  if (!isObject(json['model'])) throw invalidTokenizer(where, 'an object without "model"')
  const { vocab } = json['model']
  if (typeof vocab !== 'object' || vocab === null) throw invalidTokenizer(where, 'a model without "vocab"')
  return json
}

function readBpe(json: Loose, where: string): BpeFile {
  const model = json['model'] as Loose
  const type = model['type'] ?? (Array.isArray(model['merges']) ? 'BPE' : undefined)
  if (type !== 'BPE') throw new NotFast(`model ${describe(type)}`)
  for (const option of ['dropout', 'unk_token', 'continuing_subword_prefix', 'end_of_word_suffix']) {
    if (isSet(model[option])) throw new NotFast(`model option ${option}`)
  }
  if (model['byte_fallback'] === true) throw new NotFast('model option byte_fallback')
  const nfc = readNormalizer(json['normalizer'])
  const { split, prefixSpace } = readPreTokenizer(json['pre_tokenizer'])
  const parts = readVocabulary(model, where)
  const added = readAdded(json['added_tokens'], model['vocab'] as Record<string, number>, where)
  if (nfc && added.some((token) => token.normalized && !isAscii(token.content)))
    throw new NotFast('a normalised added token beside a normaliser')
  return { parts, rule: { split, ignoreMerges: model['ignore_merges'] === true }, prefixSpace, nfc, added }
}

/** Whether the only normaliser is NFC; none is false. */
function readNormalizer(normalizer: unknown): boolean {
  if (normalizer === null || normalizer === undefined) return false
  const list: unknown =
    isObject(normalizer) && normalizer['type'] === 'Sequence' ? normalizer['normalizers'] : [normalizer]
  const steps: unknown[] = Array.isArray(list) ? list : [list]
  if (steps.length === 0) return false
  const [only] = steps
  if (steps.length === 1 && isObject(only) && only['type'] === 'NFC') return true
  throw new NotFast(`normalizer ${describe(isObject(only) ? only['type'] : only)}`)
}

function readPreTokenizer(pre: unknown): { split: SplitRule; prefixSpace: boolean } {
  if (!isObject(pre)) throw new NotFast('no pre_tokenizer')
  const steps =
    pre['type'] === 'Sequence' && Array.isArray(pre['pretokenizers']) ? pre['pretokenizers'] : [pre]
  const last: unknown = steps.at(-1)
  if (!isObject(last) || last['type'] !== 'ByteLevel')
    throw new NotFast(`pre_tokenizer ${describe(isObject(last) ? last['type'] : last)}`)
  // The defaults are those of the official implementation, where a field may be left out.
  const useRegex = last['use_regex'] !== false
  const prefixSpace = last['add_prefix_space'] !== false
  if (steps.length === 1 && useRegex) return { split: KNOWN_PATTERNS.get(GPT2_PATTERN)!, prefixSpace }
  if (steps.length !== 2 || useRegex || prefixSpace) throw new NotFast('a combination of pre_tokenizers')
  return { split: readSplit(steps[0]), prefixSpace: false }
}

function readSplit(step: unknown): SplitRule {
  if (!isObject(step) || step['type'] !== 'Split')
    throw new NotFast(`pre_tokenizer ${describe(isObject(step) ? step['type'] : step)}`)
  const { pattern, behavior, invert } = step
  const regex = isObject(pattern) ? pattern['Regex'] : undefined
  const rule = typeof regex === 'string' ? KNOWN_PATTERNS.get(regex) : undefined
  if (rule === undefined) throw new NotFast('an unknown split pattern')
  // The known patterns match every character, so these two ways of cutting give the same pieces.
  if (behavior === 'Isolated' || (behavior === 'Removed' && invert === true)) return rule
  throw new NotFast(`split behaviour ${describe(behavior)}`)
}

function readVocabulary(model: Loose, where: string): VocabularyParts {
  const positionOf = new Map<string, number>()
  const tokens: Uint8Array[] = []
  const ids: number[] = []
  for (const [entry, id] of Object.entries(model['vocab'] as Loose)) {
    if (typeof id !== 'number' || !Number.isInteger(id) || id < 0)
      throw invalidTokenizer(where, `the id ${describe(id)} for a token`)
    if (id >= MOST_IDS) throw new NotFast(`id ${id}`)
    const bytes = bytesOfEntry(entry)
    // An entry outside the byte alphabet (a special token) can never come out of a merge.
    if (bytes === null || bytes.length === 0) continue
    positionOf.set(entry, tokens.length)
    tokens.push(bytes)
    ids.push(id)
  }
  let singles = 0
  for (const token of tokens) if (token.length === 1) singles++
  if (singles !== 256) throw new NotFast(`a vocabulary with ${singles} of the 256 bytes`)
  const merges = readMerges(model['merges'], positionOf, where)
  return { tokens, ids, merges }
}

function readMerges(list: unknown, positionOf: ReadonlyMap<string, number>, where: string): Int32Array {
  if (!Array.isArray(list)) throw invalidTokenizer(where, 'a BPE model without "merges"')
  const merges = new Int32Array(list.length * 3)
  list.forEach((merge: unknown, rank) => {
    const pair = typeof merge === 'string' ? merge.split(' ') : merge
    if (
      !Array.isArray(pair) ||
      pair.length !== 2 ||
      typeof pair[0] !== 'string' ||
      typeof pair[1] !== 'string'
    )
      throw invalidTokenizer(where, `merge ${rank} is not a pair`)
    const parts = [pair[0], pair[1], pair[0] + pair[1]].map((entry) => positionOf.get(entry))
    if (parts.includes(undefined))
      throw invalidTokenizer(where, `merge ${rank} names a token that is not in "vocab"`)
    merges.set(parts as number[], 3 * rank)
  })
  return merges
}

/** Ids as the official implementation gives them out: that of the vocabulary, else the next free one. */
function readAdded(list: unknown, vocab: Record<string, number>, where: string): AddedToken[] {
  if (list === null || list === undefined) return []
  if (!Array.isArray(list)) throw invalidTokenizer(where, '"added_tokens" that is not a list')
  const size = Object.keys(vocab).length
  let highest = -1
  const seen = new Set<string>()
  const added: AddedToken[] = []
  for (const item of list as unknown[]) {
    if (!isObject(item) || typeof item['content'] !== 'string')
      throw invalidTokenizer(where, 'an added token without content')
    const content = item['content']
    if (content === '' || seen.has(content)) throw new NotFast('an added token that is empty or listed twice')
    if (item['lstrip'] === true || item['rstrip'] === true || item['single_word'] === true)
      throw new NotFast('an added token that takes white space or whole words')
    if (Buffer.from(content, 'utf8').toString('utf8') !== content)
      throw invalidTokenizer(where, 'an added token that is not well-formed text')
    seen.add(content)
    const id = Object.hasOwn(vocab, content) ? vocab[content]! : Math.max(highest + 1, size)
    highest = Math.max(highest, id)
    added.push({ content, id, normalized: item['normalized'] === true })
  }
  return added
}

function isObject(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Not null, not absent, not an empty affix. */
function isSet(value: unknown): boolean {
  return value !== null && value !== undefined && value !== ''
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= 0x80) return false
  return true
}

function describe(value: unknown): string {
  const text = JSON.stringify(value) ?? 'undefined'
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

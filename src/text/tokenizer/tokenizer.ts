import type { Resource, ResourceRef, Resources } from '../../core/stage.ts'
import { threadCache } from '../../core/thread-cache.ts'
import { BindingEngine, checkWithBinding, normaliserOf } from './binding.ts'
import type { Engine, Tokenizer } from './engine.ts'
import { FastEngine } from './fast.ts'
import type { FastParts } from './fast.ts'
import { KNOWN_PATTERNS, LLAMA3_PATTERN, O200K_PATTERN } from './patterns.ts'
import { readRanks } from './ranks.ts'
import { locate } from './spec.ts'
import { readTokenizerJson, invalidTokenizer } from './tokenizer-json.ts'
import { packVocabulary, vocabularySha256 } from './vocabulary.ts'

export type { Tokenizer } from './engine.ts'

/** A tokenizer made ready once a run. Survives structured clone; the big arrays are shared between workers. */
export interface TokenizerIndex {
  /** Key in the report: the spec, without the folders of a local file. */
  name: string
  /** Of the tokenizer.json, or of the .tiktoken file the built-in ranks were made from. */
  sha256: string
  /** Of the vocabulary alone (ids and bytes), equal for equal vocabularies whatever file they came from; null for the binding. */
  vocabularySha256: string | null
  /** Commit of the Hub repository; null for local files and built-in ranks. */
  revision: string | null
  origin: string
  engine: Engine
  /** Why the official binding has to do it; null on the fast path. */
  why: string | null
  fast: FastParts | null
  /** The tokenizer.json where the binding needs it. */
  json: Uint8Array | null
}

/** Ten times the largest in use. */
const LARGEST_FILE = 400e6

/** sha256 of the packed ranks as they are shipped, of the file tiktoken pins, and of the vocabulary both hold. */
export const BUILT_IN = {
  o200k_base: {
    pattern: O200K_PATTERN,
    packed: 'a28a72a857d577037fd5df0d882c8b0b47ba2e6383320465c7ca4c5474cc8036',
    tiktoken: '446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d',
    vocabulary: 'bb5386e3399c28cc69b4bee4fa8bce4bfcabfd77b77eedfa5e0dec6a16f8568a',
  },
  cl100k_base: {
    pattern: LLAMA3_PATTERN,
    packed: 'a8fa448ad356106bab9cee024ebd81367d8cfc005b4e53348bcbd61f8443aed0',
    tiktoken: '223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7',
    vocabulary: '3494aad2103f500f737237788f1e4c5237da95faba58dec1c2327e5b20024443',
  },
} as const

/** Two stages may ask for one tokenizer: it is read, and its caches are filled, once a thread. */
const preparedOf = threadCache(() => new Map<string, Promise<TokenizerIndex>>())
const openedOf = threadCache(() => new WeakMap<TokenizerIndex, Promise<Tokenizer>>())

/**
 * Reads a tokenizer: `o200k_base`, `cl100k_base`, `hf:ORG/NAME[@REVISION]`, `file:PATH`, or a name of
 * data/tokenizers.yaml.
 * @throws AuditError TOKENIZER_INVALID for a file that is not a tokenizer, and whatever reading the file throws.
 */
export async function prepareTokenizer(spec: string, resources: Resources): Promise<TokenizerIndex> {
  const builtIn = spec === 'o200k_base' || spec === 'cl100k_base'
  const { name, ref } = builtIn ? packedRanks(spec) : await locate(spec, resources)
  const file = await resources.file(ref)
  const key = JSON.stringify([name, file.sha256, file.revision, file.origin])
  const known = preparedOf().get(key)
  if (known !== undefined) return known
  const prepared = builtIn ? prepareBuiltIn(spec, file) : prepareFile(name, file)
  preparedOf().set(key, prepared)
  return prepared
}

/** Opens a prepared tokenizer in this thread: one for all who ask, because it owns caches. */
export function openTokenizer(index: TokenizerIndex): Promise<Tokenizer> {
  const known = openedOf().get(index)
  if (known !== undefined) return known
  const opened = open(index)
  openedOf().set(index, opened)
  return opened
}

async function open(index: TokenizerIndex): Promise<Tokenizer> {
  if (index.fast === null) return new BindingEngine(index.name, index.json!)
  const normalise = index.json === null ? (text: string) => text : await normaliserOf(index.json)
  const engine = new FastEngine(index.fast, normalise)
  return {
    name: index.name,
    engine: 'assay-bpe',
    count: (bytes, start, end) => engine.count(bytes, start, end),
    encode: (bytes, start, end, out) => engine.encode(bytes, start, end, out),
    countEach(bytes, starts, texts, counts) {
      for (let i = 0; i < texts; i++) counts[i] = engine.count(bytes, starts[i]!, starts[i + 1]!)
    },
  }
}

function packedRanks(name: keyof typeof BUILT_IN): { name: string; ref: ResourceRef } {
  return { name, ref: { kind: 'package', path: `tokenizers/${name}.ranks.br` } }
}

/** The packed file is known byte by byte, and with it the vocabulary it holds. */
async function prepareBuiltIn(name: keyof typeof BUILT_IN, file: Resource): Promise<TokenizerIndex> {
  const { pattern, packed, tiktoken, vocabulary: sha256 } = BUILT_IN[name]
  if (file.sha256 !== packed)
    throw invalidTokenizer(file.origin, `packed ranks with sha256 ${file.sha256} instead of ${packed}`)
  const vocabulary = readRanks(file.bytes)
  const rule = { split: KNOWN_PATTERNS.get(pattern)!, ignoreMerges: true }
  return {
    name,
    sha256: tiktoken,
    vocabularySha256: sha256,
    revision: null,
    origin: `built in: ${name}.tiktoken`,
    engine: 'assay-bpe',
    why: null,
    fast: { vocabulary, rule, prefixSpace: false, nfc: false, added: [] },
    json: null,
  }
}

async function prepareFile(name: string, file: Resource): Promise<TokenizerIndex> {
  if (file.bytes.length > LARGEST_FILE)
    throw invalidTokenizer(file.origin, `a file of ${file.bytes.length} bytes`)
  const read = readTokenizerJson(file.bytes, file.origin)
  const about = { name, sha256: file.sha256, revision: file.revision, origin: file.origin }
  if (read.kind === 'other') {
    await checkWithBinding(file.bytes, file.origin)
    const json = toShared(file.bytes)
    return { ...about, vocabularySha256: null, engine: 'tokenizers-binding', why: read.why, fast: null, json }
  }
  const { parts, rule, prefixSpace, nfc, added } = read.bpe
  const vocabulary = packVocabulary(parts)
  return {
    ...about,
    vocabularySha256: vocabularySha256(vocabulary),
    engine: 'assay-bpe',
    why: null,
    fast: { vocabulary, rule, prefixSpace, nfc, added },
    json: nfc ? toShared(file.bytes) : null,
  }
}

function toShared(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length))
  copy.set(bytes)
  return copy
}

/**
 * Small tokenizers built by the project: trained on a text of its own, one for each way of tokenising that matters.
 * They are made when needed, so nothing has to be kept in step with this file.
 */
import {
  GPT2_PATTERN,
  LLAMA3_PATTERN,
  O200K_PATTERN,
  QWEN2_PATTERN,
  TEKKEN_PATTERN,
} from '../../../src/text/tokenizer/patterns.ts'

const TEXT = `The patient is a 54-year-old woman with type 2 diabetes who presents with fever, cough and shortness of breath
for three days. She doesn't smoke; she's had two courses of antibiotics, and they've not helped. Temperature 38.5 °C,
blood pressure 142/91 mmHg, oxygen saturation 91 %. What's the most likely diagnosis?\n\n(A) Pneumonia\n(B) Asthma
(C) Heart failure\n\nDie Patientin klagt über Fieber und Husten; die Überwachung läuft. Le patient présente une fièvre
élevée depuis trois jours. El paciente tiene fiebre y tos desde hace tres días. Пациент жалуется на кашель и высокую
температуру. 患者は三日前から発熱と咳がある。病人发烧咳嗽三天。환자는 열과 기침이 있다. المريض يعاني من الحمى والسعال.
रोगी को बुखार और खांसी है। ผู้ป่วยมีไข้และไอ. The dose is 500 mg twice daily, i.e. 1,000 mg/day; don't exceed 4,000 mg. HELLO
World iPhone mRNA 👩‍⚕️ 😀 — “quoted” … ½ Ⅳ ² ① 12345 67890 \t\t    indented\r\n\r\nwe'll, I'd, you're, it'S, THEY'RE`

/** GPT-2's byte alphabet, built in the obvious way. */
function byteAlphabet(): string[] {
  const shown: number[] = []
  for (let b = 33; b <= 126; b++) shown.push(b)
  for (let b = 161; b <= 172; b++) shown.push(b)
  for (let b = 174; b <= 255; b++) shown.push(b)
  const alphabet: string[] = []
  for (let b = 0, next = 256; b < 256; b++) alphabet.push(String.fromCharCode(shown.includes(b) ? b : next++))
  return alphabet
}

export interface Vocab {
  vocab: Record<string, number>
  merges: [string, string][]
}

/** The textbook trainer: count pairs, join the commonest (ties by name), again. */
export function train(words: readonly string[][], alphabet: readonly string[], merges: number): Vocab {
  const vocab: Record<string, number> = {}
  for (const symbol of alphabet) vocab[symbol] ??= Object.keys(vocab).length
  const learned: [string, string][] = []
  const corpus = words.map((word) => [...word])
  while (learned.length < merges) {
    const pairs = new Map<string, number>()
    for (const word of corpus) {
      for (let i = 0; i + 1 < word.length; i++) {
        const key = `${word[i]}\u0000${word[i + 1]}`
        pairs.set(key, (pairs.get(key) ?? 0) + 1)
      }
    }
    const best = [...pairs].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]
    if (best === undefined || best[1] < 2) break
    const [left, right] = best[0].split('\u0000') as [string, string]
    learned.push([left, right])
    vocab[left + right] ??= Object.keys(vocab).length
    for (const word of corpus)
      for (let i = 0; i + 1 < word.length; i++)
        if (word[i] === left && word[i + 1] === right) word.splice(i, 2, left + right)
  }
  return { vocab, merges: learned }
}

/** Byte-level words: cut before spaces, so that merges run across letters, digits and symbols alike. */
export const byteLevel: Vocab = train(
  TEXT.split(/(?=\s)/).map((word) => [...Buffer.from(word, 'utf8')].map((byte) => byteAlphabet()[byte]!)),
  byteAlphabet(),
  700,
)

type Json = Record<string, unknown>

const split = (pattern: string, behavior = 'Isolated', invert = false) => ({
  type: 'Split',
  pattern: { Regex: pattern },
  behavior,
  invert,
})
const bytesOnly = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false }
const sequence = (...pretokenizers: Json[]) => ({ type: 'Sequence', pretokenizers })

function bpe(pre_tokenizer: Json, more: { added?: Json[]; normalizer?: Json; model?: Json } = {}): string {
  return JSON.stringify({
    version: '1.0',
    // Set on purpose: a turn is counted whole, whatever a training set-up was left in the file.
    truncation: { direction: 'Right', max_length: 8, strategy: 'LongestFirst', stride: 0 },
    padding: null,
    added_tokens: more.added ?? [],
    normalizer: more.normalizer ?? null,
    pre_tokenizer,
    post_processor: null,
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: { type: 'BPE', dropout: null, unk_token: null, ...byteLevel, ...more.model },
  })
}

function added(content: string, id: number, more: Json = {}): Json {
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true }
  return { id, content, ...flags, ...more }
}

const size = Object.keys(byteLevel.vocab).length
const chatTokens = [
  '<|endoftext|>',
  '<|im_start|>',
  '<|im_end|>',
  '<|eot_id|>',
  '<s>',
  '</s>',
  '[INST]',
  '<|endo',
].map((content, i) => added(content, size + i))
const piiTokens = [
  ...chatTokens,
  added('|||MAIL|||', size + 8, { normalized: true, special: false }),
  added('   ', size + 9, { normalized: true, special: false }),
  added('é', size + 10, { normalized: true, special: false }),
  added('MAIL', size + 11, { special: false }),
]

/** Tokenizers of the fast path. */
export const FAST: Readonly<Record<string, string>> = {
  gpt2: bpe({ type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true }),
  'gpt2 with prefix space': bpe(
    { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true },
    { added: chatTokens, model: { continuing_subword_prefix: '', end_of_word_suffix: '' } },
  ),
  'gpt2 as a split': bpe(sequence(split(GPT2_PATTERN), bytesOnly)),
  llama3: bpe(sequence(split(LLAMA3_PATTERN), bytesOnly), {
    added: chatTokens,
    model: { ignore_merges: true },
  }),
  olmo2: bpe(sequence(split(LLAMA3_PATTERN, 'Removed', true), bytesOnly), { added: piiTokens }),
  qwen2: bpe(sequence(split(QWEN2_PATTERN), bytesOnly), { added: chatTokens, normalizer: { type: 'NFC' } }),
  o200k: bpe(sequence(split(O200K_PATTERN), bytesOnly), { model: { ignore_merges: true } }),
  tekken: bpe(sequence(split(TEKKEN_PATTERN), bytesOnly), {
    added: chatTokens,
    model: { ignore_merges: true },
  }),
  'merges as lines': bpe(sequence(split(O200K_PATTERN), bytesOnly), {
    model: { merges: byteLevel.merges.map((pair) => pair.join(' ')) },
  }),
  'ids that jump': bpe(sequence(split(TEKKEN_PATTERN), bytesOnly), {
    added: [added('<s>', size + 100), added('[INST]', 5), added('fever', 7, { special: false })],
  }),
}

const strip = [added('<s>', size, { lstrip: true }), added('</s>', size + 1, { rstrip: true })]
const digits = { type: 'Digits', individual_digits: true }

/** Byte-level BPE with something the fast path does not claim to know. */
export const NEARLY_FAST: Readonly<Record<string, string>> = {
  'added tokens that strip': bpe(sequence(split(O200K_PATTERN), bytesOnly), { added: strip }),
  'whole-word added tokens': bpe(sequence(split(O200K_PATTERN), bytesOnly), {
    added: [added('fever', size, { single_word: true })],
  }),
  'digits first': bpe(sequence(digits, { ...bytesOnly, use_regex: true })),
  'an unknown pattern': bpe(sequence(split('\\w+|\\W+'), bytesOnly)),
  'merged with next': bpe(sequence(split(LLAMA3_PATTERN, 'MergedWithNext'), bytesOnly)),
  'matches removed': bpe(sequence(split('\\s+', 'Removed'), bytesOnly)),
  'prefix space after a split': bpe(
    sequence(split(LLAMA3_PATTERN), { ...bytesOnly, add_prefix_space: true }),
  ),
  'a lower-casing normaliser': bpe(sequence(split(LLAMA3_PATTERN), bytesOnly), {
    normalizer: { type: 'Lowercase' },
  }),
  'bytes that are missing': JSON.stringify({
    ...(JSON.parse(bpe(sequence(split(LLAMA3_PATTERN), bytesOnly))) as Json),
    model: { type: 'BPE', vocab: { a: 0, b: 1, ab: 2 }, merges: [['a', 'b']] },
  }),
}

const letters = [...new Set([...TEXT.replaceAll(/\s+/g, '▁')])]
const spaced = TEXT.split(/\s+/).map((word) => [...`▁${word}`])
const fallback = Array.from({ length: 256 }, (_, b) => `<0x${b.toString(16).toUpperCase().padStart(2, '0')}>`)
const sentencePiece = train(spaced, ['<unk>', '<s>', '</s>', ...fallback, ...letters], 300)
const specials = ['<unk>', '<s>', '</s>'].map((content, id) => added(content, id))

function other(model: Json, more: Json): string {
  return JSON.stringify({
    version: '1.0',
    truncation: null,
    padding: {
      strategy: { Fixed: 64 },
      direction: 'Right',
      pad_to_multiple_of: null,
      pad_id: 0,
      pad_type_id: 0,
      pad_token: '<unk>',
    },
    added_tokens: specials,
    normalizer: null,
    pre_tokenizer: null,
    post_processor: null,
    decoder: null,
    ...more,
    model,
  })
}

const commonWords = [...new Set(TEXT.toLowerCase().split(/[^\p{L}\p{N}]+/u))].filter(
  (word) => word.length > 1,
)

/** Everything that is not byte-level BPE. */
export const OTHERS: Readonly<Record<string, string>> = {
  'SentencePiece-style BPE': other(
    { type: 'BPE', unk_token: '<unk>', fuse_unk: true, byte_fallback: true, ...sentencePiece },
    {
      normalizer: {
        type: 'Sequence',
        normalizers: [
          { type: 'Prepend', prepend: '▁' },
          { type: 'Replace', pattern: { String: ' ' }, content: '▁' },
        ],
      },
    },
  ),
  Unigram: other(
    {
      type: 'Unigram',
      unk_id: 0,
      byte_fallback: false,
      vocab: [
        ...specials.map((token) => [token['content'], 0]),
        ...Object.keys(sentencePiece.vocab)
          .slice(259)
          .map((piece, i) => [piece, -1 - i / 50]),
      ],
    },
    { pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true } },
  ),
  WordPiece: other(
    {
      type: 'WordPiece',
      unk_token: '<unk>',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(
        [
          ...new Set(['<unk>', '<s>', '</s>', ...letters, ...letters.map((c) => `##${c}`), ...commonWords]),
        ].map((piece, id) => [piece, id]),
      ),
    },
    {
      normalizer: {
        type: 'BertNormalizer',
        clean_text: true,
        handle_chinese_chars: true,
        strip_accents: null,
        lowercase: true,
      },
      pre_tokenizer: { type: 'BertPreTokenizer' },
    },
  ),
}

import { createRequire } from 'node:module'
import { AuditError } from '../../core/error.ts'
import type { Tokenizer } from './engine.ts'
import { SideThread } from './side-thread.ts'
import { invalidTokenizer } from './tokenizer-json.ts'

/** Text handed over in one crossing; bounds the memory of the encodings. */
const CROSSING_BYTES = 1 << 20

interface BindingTokenizer {
  getNormalizer(): { normalizeString(text: string): string } | null
}
interface Binding {
  Tokenizer: { fromString(json: string): BindingTokenizer }
}

/** The official engine answers by promise only, while a scan is synchronous. */
const CODE = `
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
const text = (bytes) => decoder.decode(new Uint8Array(bytes))
try {
  const { Tokenizer } = load('tokenizers')
  const tokenizer = Tokenizer.fromString(text(data))
  tokenizer.disableTruncation()
  tokenizer.disablePadding()
  port.on('message', async (texts) => {
    try {
      const encodings = await tokenizer.encodeBatch(texts.map(text), { addSpecialTokens: false })
      answer({ ids: encodings.map((encoding) => Uint32Array.from(encoding.getIds())) })
    } catch (error) {
      answer({ error: String(error) })
    }
  })
  answer({})
} catch (error) {
  answer({ error: String(error) })
}
`

/** Far beyond what a megabyte of text takes; only a thread that died runs into it. */
const LIMIT_MS = 600_000

type Answer = { error?: string; ids?: Uint32Array[] }

export class BindingEngine implements Tokenizer {
  readonly name: string
  readonly engine = 'tokenizers-binding'
  readonly #thread: SideThread

  constructor(name: string, json: Uint8Array) {
    this.name = name
    this.#thread = new SideThread(CODE, import.meta.url, json)
    this.#checked(this.#thread.wait(LIMIT_MS))
  }

  count(bytes: Uint8Array, start: number, end: number): number {
    return this.#encode([bytes.slice(start, end)])[0]!.length
  }

  encode(bytes: Uint8Array, start: number, end: number, out: Uint32Array): number {
    const ids = this.#encode([bytes.slice(start, end)])[0]!
    if (ids.length > out.length) return -1
    out.set(ids)
    return ids.length
  }

  countEach(bytes: Uint8Array, starts: Int32Array, texts: number, counts: Uint32Array): void {
    for (let first = 0; first < texts;) {
      let last = first + 1
      while (last < texts && starts[last + 1]! - starts[first]! <= CROSSING_BYTES) last++
      const parts: Uint8Array[] = []
      for (let i = first; i < last; i++) parts.push(bytes.slice(starts[i], starts[i + 1]))
      this.#encode(parts).forEach((ids, i) => (counts[first + i] = ids.length))
      first = last
    }
  }

  #encode(texts: Uint8Array[]): Uint32Array[] {
    return this.#checked(this.#thread.ask(texts, LIMIT_MS)).ids ?? []
  }

  #checked(message: unknown): Answer {
    const answer = message as Answer | undefined
    if (answer === undefined || answer.error !== undefined)
      throw invalidTokenizer(this.name, `the tokenizers binding says: ${answer?.error ?? 'nothing'}`)
    return answer
  }
}

/**
 * Loads a tokenizer.json with the binding, to find out whether it can.
 * @throws AuditError TOKENIZER_INVALID
 */
export async function checkWithBinding(json: Uint8Array, where: string): Promise<void> {
  load(json, where)
}

/** The normaliser of a tokenizer.json. */
export async function normaliserOf(json: Uint8Array): Promise<(text: string) => string> {
  const normalizer = load(json, 'normalizer').getNormalizer()
  return (text) => normalizer?.normalizeString(text) ?? text
}

function load(json: Uint8Array, where: string): BindingTokenizer {
  let binding: Binding
  try {
    binding = createRequire(import.meta.url)('tokenizers') as Binding
  } catch (cause) {
    throw new AuditError('TOKENIZER_INVALID', {
      what: 'this tokenizer needs the optional package "tokenizers", which is not installed for this platform',
      where,
      fix: 'npm install tokenizers, or choose a byte-level BPE tokenizer, which needs no package',
      cause,
    })
  }
  try {
    // Decoding refuses shared memory, so the bytes are copied first.
    return binding.Tokenizer.fromString(new TextDecoder().decode(new Uint8Array(json)))
  } catch (cause) {
    throw invalidTokenizer(where, cause instanceof Error ? cause.message : String(cause), cause)
  }
}

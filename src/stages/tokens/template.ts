import type { Batch } from '../../core/batch.ts'
import { ROLES } from '../../core/example.ts'
import { SideThread } from '../../text/tokenizer/side-thread.ts'
import type { Tokenizer } from '../../text/tokenizer/tokenizer.ts'

/** A model's chat template: a Jinja program that came with a tokenizer. */
export interface ChatTemplate {
  /** Name of the tokenizer it belongs to. */
  tokenizer: string
  source: string
  bos: string
  eos: string
  sha256: string
}

export interface TemplateCounter {
  /** Tokens of every example of a batch as the template writes it; examples it does not render are failures. */
  count(batch: Batch): { tokens: number; failures: number }
}

/** A template is a program of strangers: the time a call may take, in all and for each example in it. */
export interface TemplateLimits {
  callMs: number
  exampleMs: number
}
const LIMITS: TemplateLimits = { callMs: 5_000, exampleMs: 20 }
/** Starting the thread and parsing the template. */
const START_MS = 20_000
const CALL_EXAMPLES = 64
const CALL_BYTES = 4 << 20
/** Text it may write around each example. */
const EXTRA_CHARACTERS = 1 << 16

const CODE = `
let template
try {
  const { Template } = load('@huggingface/jinja')
  template = new Template(data.source)
  answer(null)
} catch (error) {
  answer(String(error))
}
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
port.on('message', (examples) => {
  answer(examples.map((turns) => {
    let size = 0
    try {
      if (turns.some(({ role }) => !data.roles.includes(role))) return null
      const messages = turns.map(({ role, text }) => {
        const content = decoder.decode(text)
        size += content.length
        return { role, content }
      })
      const settings = { bos_token: data.bos, eos_token: data.eos, add_generation_prompt: false }
      const text = template.render({ messages, ...settings })
      return text.length > 2 * size + data.extra ? null : Buffer.from(text, 'utf8')
    } catch {
      return null
    }
  }))
})
`

/** Roles a chat template knows; other turns make an example one it cannot render. */
const CHAT_ROLES = ['system', 'user', 'assistant', 'tool']

/** Renders in a thread of its own under a time limit and an output limit, and counts with the tokenizer. */
export function makeTemplateCounter(
  template: ChatTemplate,
  tokenizer: Tokenizer,
  limits: TemplateLimits = LIMITS,
): TemplateCounter {
  const thread = new SideThread(CODE, import.meta.url, {
    ...template,
    extra: EXTRA_CHARACTERS,
    roles: CHAT_ROLES,
  })
  let alive = thread.wait(START_MS) === null
  return {
    count(batch) {
      let tokens = 0
      let failures = 0
      for (const call of calls(batch)) {
        const limit = limits.callMs + limits.exampleMs * call.length
        const rendered = alive ? (thread.ask(call, limit) as (Uint8Array | null)[] | undefined) : undefined
        if (rendered === undefined) alive = false
        for (let i = 0; i < call.length; i++) {
          const text = rendered?.[i]
          if (text) tokens += tokenizer.count(text, 0, text.length)
          else failures++
        }
      }
      return { tokens, failures }
    },
  }
}

type Turns = { role: string; text: Uint8Array }[]

/** The batch's examples in calls of bounded size. An example of an unknown role is passed on to fail. */
function* calls(batch: Batch): Generator<Turns[]> {
  let call: Turns[] = []
  let bytes = 0
  for (let example = 0; example < batch.length; example++) {
    const turns: Turns = []
    for (let turn = batch.turnStart[example]!; turn < batch.turnStart[example + 1]!; turn++) {
      const role = ROLES[batch.role[turn]!]!
      const text = batch.bytes.slice(batch.textStart[turn], batch.textStart[turn + 1])
      turns.push({ role, text })
      bytes += text.length
    }
    if (turns.length === 0) continue
    call.push(turns)
    if (call.length < CALL_EXAMPLES && bytes < CALL_BYTES) continue
    yield call
    call = []
    bytes = 0
  }
  if (call.length > 0) yield call
}

/** Milliseconds one example takes: rendering a conversation of three short turns, measured on a call of many. */
export function measureTemplate(template: ChatTemplate): number | null {
  const thread = new SideThread(CODE, import.meta.url, {
    ...template,
    extra: EXTRA_CHARACTERS,
    roles: CHAT_ROLES,
  })
  if (thread.wait(START_MS) !== null) return null
  const text = Buffer.from('The patient has had fever and cough for three days. '.repeat(8), 'utf8')
  const turns: Turns = ['system', 'user', 'assistant'].map((role) => ({ role, text }))
  const call = Array.from({ length: CALL_EXAMPLES }, () => turns)
  let ms: number | null = null
  for (let round = 0; round < 3; round++) {
    const from = performance.now()
    if (thread.ask(call, LIMITS.callMs + LIMITS.exampleMs * call.length) === undefined) return null
    ms = (performance.now() - from) / call.length
  }
  thread.close()
  return ms
}

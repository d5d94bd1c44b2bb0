import { ROLE_CODE } from '../core/example.ts'
import type { Role } from '../core/example.ts'

/** Role names in use, as the chat formats of the field spell them (lower case). */
const KNOWN: Readonly<Record<string, Role>> = {
  system: 'system',
  developer: 'system',
  human: 'user',
  user: 'user',
  prompter: 'user',
  gpt: 'assistant',
  assistant: 'assistant',
  model: 'assistant',
  chatgpt: 'assistant',
  bot: 'assistant',
  ai: 'assistant',
  function_call: 'assistant',
  tool: 'tool',
  function: 'tool',
  tool_response: 'tool',
  function_response: 'tool',
  observation: 'tool',
  ipython: 'tool',
  document: 'document',
  context: 'document',
}

/** Distinct spellings kept as bytes; a file with more of them pays for a string per further turn. */
const MAX_MEMO = 16

/** Role names → codes, from bytes without a string per turn. */
export class RoleTable {
  private readonly named: ReadonlyMap<string, Role>
  private readonly memo: { name: Uint8Array; code: number }[] = []

  /** @param named role names of the pipeline, exact spelling; they come before the known ones. */
  constructor(named: Readonly<Record<string, Role>> = {}) {
    this.named = new Map(Object.entries(named))
  }

  codeOf(name: string): number {
    const role = this.named.get(name) ?? known(name.trim().toLowerCase())
    return ROLE_CODE[role ?? 'unknown']
  }

  /** The code of the name at bytes [start, end). */
  code(bytes: Uint8Array, start: number, end: number): number {
    for (const entry of this.memo) if (same(entry.name, bytes, start, end)) return entry.code
    const name = bytes.slice(start, end)
    const code = this.codeOf(Buffer.from(name).toString('utf8'))
    if (this.memo.length < MAX_MEMO) this.memo.push({ name, code })
    return code
  }
}

function known(name: string): Role | undefined {
  return Object.hasOwn(KNOWN, name) ? KNOWN[name] : undefined
}

function same(name: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (name.length !== end - start) return false
  for (let i = 0; i < name.length; i++) if (name[i] !== bytes[start + i]) return false
  return true
}

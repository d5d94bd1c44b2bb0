import { ROLE_CODE } from '../core/example.ts'
import type { Role } from '../core/example.ts'
import { shorten } from '../core/quote.ts'

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

/** A role by code. */
export interface NamedRole {
  code: number
  /** How the report names a role nobody knows; empty for the others. */
  label: string
}

/** What stands where a role name should: nothing, or something that is no text. */
export const NO_ROLE: NamedRole = { code: ROLE_CODE.unknown, label: '(none)' }
export const NOT_A_NAME: NamedRole = { code: ROLE_CODE.unknown, label: '(not a text)' }

/** Role names → codes, from bytes without a string per turn. */
export class RoleTable {
  private readonly named: ReadonlyMap<string, Role>
  private readonly memo: { name: Uint8Array; role: NamedRole }[] = []

  /** @param named role names of the pipeline, exact spelling; they come before the known ones. */
  constructor(named: Readonly<Record<string, Role>> = {}) {
    this.named = new Map(Object.entries(named))
  }

  roleOf(name: string): NamedRole {
    const role = this.named.get(name) ?? known(name.trim().toLowerCase()) ?? 'unknown'
    return { code: ROLE_CODE[role], label: role === 'unknown' ? labelOf(name) : '' }
  }

  /** The role named at bytes [start, end). */
  roleAt(bytes: Uint8Array, start: number, end: number): NamedRole {
    for (const entry of this.memo) if (same(entry.name, bytes, start, end)) return entry.role
    const name = bytes.slice(start, end)
    const role = this.roleOf(Buffer.from(name).toString('utf8'))
    if (this.memo.length < MAX_MEMO) this.memo.push({ name, role })
    return role
  }
}

const LABEL_LENGTH = 40
// Controls, invisible signs and those that turn the direction of text.
const UNSEEN = /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g

/** A name from the data, in quotes, short, and without anything that could change how it is shown. */
export function labelOf(name: string): string {
  return JSON.stringify(shorten(name, LABEL_LENGTH)).replace(
    UNSEEN,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function known(name: string): Role | undefined {
  return Object.hasOwn(KNOWN, name) ? KNOWN[name] : undefined
}

function same(name: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (name.length !== end - start) return false
  for (let i = 0; i < name.length; i++) if (name[i] !== bytes[start + i]) return false
  return true
}

import { AuditError } from '../../core/error.ts'
import type { Resource, ResourceRef, Resources } from '../../core/stage.ts'
import { locate } from '../../text/tokenizer/spec.ts'
import type { ChatTemplate } from './template.ts'

const LONGEST_TEMPLATE = 1 << 18

/**
 * Reads the chat template that belongs to a tokenizer: `chat_template` of tokenizer_config.json, or chat_template.jinja
 * beside it.
 * @throws AuditError when there is none or the files cannot be read.
 */
export async function readChatTemplate(spec: string, resources: Resources): Promise<ChatTemplate> {
  if (spec === 'o200k_base' || spec === 'cl100k_base')
    throw new AuditError('TOKENIZER_INVALID', {
      what: 'this tokenizer belongs to no model with a chat template',
      where: spec,
    })
  const { name, ref } = await locate(spec, resources)
  const config = await resources.file(beside(ref, 'tokenizer_config.json'))
  const fields = parse(config)
  const inline = templateIn(fields['chat_template'])
  const file = inline === null ? await resources.file(beside(ref, 'chat_template.jinja')) : config
  const source = inline ?? new TextDecoder().decode(file.bytes)
  if (source.length > LONGEST_TEMPLATE)
    throw new AuditError('TOKENIZER_INVALID', {
      what: 'the chat template is too long',
      where: file.origin,
      got: `${source.length} characters`,
    })
  return {
    tokenizer: name,
    source,
    bos: tokenText(fields['bos_token']),
    eos: tokenText(fields['eos_token']),
    sha256: file.sha256,
  }
}

function beside(ref: ResourceRef, name: string): ResourceRef {
  const path = ref.path.replace(/[^/\\]*$/, name)
  return { ...ref, path }
}

function parse(config: Resource): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(config.bytes))
    if (typeof json === 'object' && json !== null) return json as Record<string, unknown>
    throw new Error('not an object')
  } catch (cause) {
    throw new AuditError('TOKENIZER_INVALID', {
      what: 'this is not a tokenizer_config.json',
      where: config.origin,
      cause,
    })
  }
}

/** One template, or the one named "default" of a list. */
function templateIn(value: unknown): string | null {
  if (typeof value === 'string') return value
  if (!Array.isArray(value)) return null
  const named = (value as { name?: unknown; template?: unknown }[]).find((one) => one?.name === 'default')
  return typeof named?.template === 'string' ? named.template : null
}

/** A special token is given as text or as an object with `content`. */
function tokenText(value: unknown): string {
  if (typeof value === 'string') return value
  const content = (value as { content?: unknown } | null | undefined)?.content
  return typeof content === 'string' ? content : ''
}

import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { canonicalJson, isObject } from '../core/json.ts'
import type { JsonObject, JsonValue } from '../core/json.ts'

/** Key of `run.json` under which its own hash stands. */
const SEAL = 'sha256'

/**
 * Text of `run.json`: it lists the hashes of all other files, so it carries its own as well, over its canonical JSON
 * without that key. Against accidents, not against forgers: a signature would be needed for that.
 */
export function sealed(run: JsonObject): string {
  return `${canonicalJson({ ...run, [SEAL]: hashOf(run) }, 2)}\n`
}

/** Whether the file is byte for byte what was written; null when it is, else what differs. */
export async function brokenSeal(path: string): Promise<{ expected: string; got: string } | null> {
  const bytes = await readFile(path)
  const value = parsed(bytes.toString('utf8'))
  const { [SEAL]: seal, ...run } = value
  const got = hashOf(run)
  if (seal !== got) return { expected: typeof seal === 'string' ? seal : 'its own sha256', got }
  if (bytes.equals(Buffer.from(sealed(run)))) return null
  return { expected: 'the text that was written', got: 'another text of the same values' }
}

function parsed(text: string): JsonObject {
  try {
    const value = JSON.parse(text) as JsonValue
    return isObject(value) ? value : {}
  } catch {
    return {}
  }
}

function hashOf(run: JsonObject): string {
  return createHash('sha256').update(canonicalJson(run)).digest('hex')
}

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { packageRoot } from '../../../src/core/package.ts'
import type { Resource, Resources } from '../../../src/core/stage.ts'

const data = join(packageRoot, 'data')

/** Resources from disk, without network: package data, and local files by absolute path. */
export const diskResources: Resources = {
  async file(ref) {
    if (ref.kind === 'hub') throw new Error(`no network in this test: ${ref.repo}`)
    return resourceOf(readFileSync(ref.kind === 'package' ? join(data, ref.path) : ref.path), ref.path)
  },
  table() {
    throw new Error('no tables in this test')
  },
}

function resourceOf(bytes: Uint8Array, origin: string): Resource {
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex'), origin, revision: null }
}

interface Encoding {
  getIds(): number[]
}
export interface OracleTokenizer {
  encode(text: string, pair: null, options: { addSpecialTokens: boolean }): Promise<Encoding>
  encodeBatch(texts: string[], options: { addSpecialTokens: boolean }): Promise<Encoding[]>
  getNormalizer(): { normalizeString(text: string): string } | null
  getPreTokenizer(): { preTokenizeString(text: string): [string, [number, number]][] } | null
}

/** The official binding as the oracle. */
export const official = createRequire(import.meta.url)('tokenizers') as {
  Tokenizer: { fromString(json: string): OracleTokenizer }
}

/** Ids of each text by the official binding, nothing added around them. */
export async function officialIds(tokenizer: OracleTokenizer, texts: readonly string[]): Promise<number[][]> {
  const encodings = await tokenizer.encodeBatch([...texts], { addSpecialTokens: false })
  return encodings.map((encoding) => encoding.getIds())
}

/** Resources with a single file. */
export function memoryResources(text: string): Resources {
  return {
    ...diskResources,
    file: (ref) =>
      ref.kind === 'package'
        ? diskResources.file(ref)
        : Promise.resolve(resourceOf(Buffer.from(text, 'utf8'), ref.path)),
  }
}

import { basename, dirname } from 'node:path'
import { AuditError } from '../../core/error.ts'
import { closest } from '../../core/closest.ts'
import type { ResourceRef, Resources } from '../../core/stage.ts'
import { readRegistry } from './registry.ts'

/** Where a tokenizer's file is, and the name it has in the report. */
export interface Located {
  name: string
  ref: ResourceRef
}

const HUB = /^hf:([\w.-]+\/[\w.-]+)(?:@([^\s@]+))?$/

/**
 * Finds the file of `hf:ORG/NAME[@REVISION]`, `file:PATH` or a name of data/tokenizers.yaml.
 * @throws AuditError TOKENIZER_INVALID when it is none of these.
 */
export async function locate(spec: string, resources: Resources): Promise<Located> {
  const direct = locateDirect(spec)
  if (direct !== null) return { name: direct.name, ref: direct.ref }
  const file = await resources.file({ kind: 'package', path: 'tokenizers.yaml' })
  const registry = readRegistry(new TextDecoder().decode(file.bytes))
  const entry = registry.find((one) => one.name === spec)
  const found = entry?.tokenizer === undefined ? null : locateDirect(entry.tokenizer)
  if (found !== null) return { name: spec, ref: found.ref }
  const names = ['o200k_base', 'cl100k_base', ...registry.map((one) => one.name)]
  const near = closest(spec, names)
  throw new AuditError('TOKENIZER_INVALID', {
    what: 'unknown tokenizer',
    where: spec,
    expected: `hf:ORG/NAME[@REVISION], file:PATH, or one of ${names.join(', ')}`,
    ...(near === null ? {} : { fix: `did you mean ${near}?` }),
  })
}

function locateDirect(spec: string): Located | null {
  if (spec.startsWith('file:') && spec.length > 5) {
    const path = spec.slice(5)
    // The folders of a path belong to one machine; the report names the file alone.
    const file = basename(path)
    const name = file === 'tokenizer.json' ? `${basename(dirname(path))}/${file}` : file
    return { name: `file:${name}`, ref: { kind: 'local', path } }
  }
  const hub = HUB.exec(spec)
  if (hub === null) return null
  const [, repo = '', revision = 'main'] = hub
  return { name: spec, ref: { kind: 'hub', repoType: 'model', repo, revision, path: 'tokenizer.json' } }
}

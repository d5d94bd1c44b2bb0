import type { AuditRecord, InputRecord } from '../core/record.ts'

const SCHEME = 'hf://datasets/'
const HUB = 'https://huggingface.co/datasets/'

/** A path as an address has it. */
export function inAddress(path: string): string {
  return wellFormed(path).split('/').map(encodeURIComponent).join('/')
}

/** Half surrogate pairs, which neither an address nor a protocol buffer can hold, become U+FFFD. */
export function wellFormed(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8')
}

/** Web address of the repository a Hub source names; null for local files. */
export function repositoryUrl({ source }: AuditRecord): string | null {
  if (!source.uri.startsWith(SCHEME)) return null
  return `${HUB}${inAddress(source.uri.slice(SCHEME.length))}`
}

/** Address of one input at the revision that was audited; a path for local files. */
export function inputUrl(record: AuditRecord, input: InputRecord): string {
  const repository = repositoryUrl(record)
  const path = inAddress(input.path)
  if (repository === null || record.source.revision === null) return path
  return `${repository}/resolve/${record.source.revision}/${path}`
}

/** Content hash of an input: what was recomputed, else what is declared. */
export function inputSha256({ sha256 }: InputRecord): string | null {
  return sha256.recomputed ?? sha256.declared
}

import type { AuditRecord, InputRecord } from '../core/record.ts'

const HUB = 'https://huggingface.co/datasets/'

/** Web address of the repository a Hub source names; null for local files. */
export function repositoryUrl({ source }: AuditRecord): string | null {
  return source.uri.startsWith('hf://datasets/') ? `${HUB}${source.uri.slice('hf://datasets/'.length)}` : null
}

/** Address of one input at the revision that was audited; a path for local files. */
export function inputUrl(record: AuditRecord, input: InputRecord): string {
  const repository = repositoryUrl(record)
  const path = input.path.split('/').map(encodeURIComponent).join('/')
  if (repository === null || record.source.revision === null) return path
  return `${repository}/resolve/${record.source.revision}/${path}`
}

/** Content hash of an input: what was recomputed, else what is declared. */
export function inputSha256({ sha256 }: InputRecord): string | null {
  return sha256.recomputed ?? sha256.declared
}

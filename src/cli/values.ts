import { InvalidArgumentError } from 'commander'
import { SEVERITIES } from '../core/finding.ts'
import type { EvidenceLevel, Severity } from '../core/finding.ts'

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 }

/** `2GB`, `512 MiB`, `1.5g` or a number of bytes. */
export function parseSize(text: string): number {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?\s*$/i.exec(text)
  const bytes = Number(match?.[1] ?? NaN) * (UNITS[(match?.[2] ?? '').toLowerCase()] ?? NaN)
  if (!(bytes >= 16 * 1024 ** 2))
    throw new InvalidArgumentError('Expected a size of at least 16MB, such as 512MB or 2GB.')
  return Math.floor(bytes)
}

export function parseWorkers(text: string): number {
  return whole(text, 1, 256)
}

export function parseLimit(text: string): number {
  return whole(text, 1, Number.MAX_SAFE_INTEGER)
}

function whole(text: string, least: number, most: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN
  if (!(value >= least && value <= most)) {
    const range = most > 1e9 ? `of at least ${least}` : `from ${least} to ${most}`
    throw new InvalidArgumentError(`Expected a whole number ${range}.`)
  }
  return value
}

export function parseSeverity(text: string): Severity {
  return oneOf(text, SEVERITIES)
}

export function parseEvidence(text: string): EvidenceLevel {
  return oneOf(text, ['full', 'snippet', 'hash'] as const)
}

function oneOf<T extends string>(text: string, allowed: readonly T[]): T {
  const found = allowed.find((value) => value === text)
  if (found === undefined) throw new InvalidArgumentError(`Expected one of ${allowed.join(', ')}.`)
  return found
}

/** Collects a repeated or comma-less list option. */
export function append(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value]
}

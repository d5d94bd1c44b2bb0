import { VERDICTS } from '../core/claim.ts'
import type { Verdict } from '../core/claim.ts'
import type { JsonObject, JsonValue } from '../core/json.ts'
import type { Judged, Part } from './kind.ts'

/**
 * The verdict of a claim made of parts: at best as good as its worst part. A part nobody looked at beside parts
 * that were looked at leaves the whole undetermined; with nothing looked at, the whole is not checked.
 */
export function worst(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.length === 0) return 'not-checked'
  const ranked = [...verdicts].sort((a, b) => VERDICTS.indexOf(b) - VERDICTS.indexOf(a))
  const last = ranked[0]!
  if (last === 'not-checked' && ranked.some((verdict) => verdict !== 'not-checked')) return 'undetermined'
  return last
}

/** Whether the claim, or this part of it, was found to hold. */
export function holds(verdict: Verdict): boolean {
  return verdict === 'verified' || verdict === 'within-tolerance'
}

/** Puts parts together; the sentence names the parts that hold and those that do not. */
export function compose(parts: readonly Part[], rest: Partial<Judged> & { because?: string }): Judged {
  const verdict = worst(parts.map((part) => part.verdict))
  return {
    stated: rest.stated ?? null,
    measured: rest.measured ?? null,
    difference: rest.difference ?? null,
    tolerance: rest.tolerance ?? null,
    verdict,
    because: rest.because ?? whyOf(parts),
    evidence: rest.evidence ?? [],
    parts: parts.map(partJson),
    ...(parts.some((part) => part.verdict === 'contradicted' && part.stands === true)
      ? { stands: true }
      : {}),
  }
}

export function partJson(part: Part): JsonObject {
  const { name, verdict, because, stated, measured } = part
  return {
    name,
    verdict,
    because,
    ...(stated === undefined ? {} : { stated }),
    ...(measured === undefined ? {} : { measured }),
  }
}

function whyOf(parts: readonly Part[]): string {
  if (parts.length === 1) return parts[0]!.because
  const good = parts.filter((part) => holds(part.verdict))
  const bad = parts.filter((part) => !holds(part.verdict))
  if (bad.length === 0) return `every part holds: ${names(good)}`
  const lead = bad.find((part) => part.verdict === worst(bad.map((one) => one.verdict))) ?? bad[0]!
  const others = bad.filter((part) => part !== lead)
  return [
    `${lead.name}: ${lead.because}`,
    ...(others.length === 0 ? [] : [`not established either: ${names(others)}`]),
    ...(good.length === 0 ? [] : [`holds for ${names(good)}`]),
  ].join('. ')
}

/** Up to eight names, then how many more. */
export function names(parts: readonly { name: string }[]): string {
  const shown = parts.slice(0, 8).map((part) => part.name)
  return parts.length > 8 ? `${shown.join(', ')} and ${parts.length - 8} more` : shown.join(', ')
}

/**
 * What was not read weakens a verdict: nothing can be verified, and a difference the unread rows could explain is
 * no contradiction.
 */
export function weaken(judged: Judged, obstacles: readonly string[]): Judged {
  if (obstacles.length === 0) return judged
  const settled = judged.verdict === 'contradicted' ? judged.stands === true : !holds(judged.verdict)
  if (settled) return judged
  const because = `${obstacles.join('; ')}; on what was read: ${judged.because}`
  return { ...judged, verdict: 'undetermined', because }
}

/** A claim about which nothing was measured. */
export function unanswered(
  verdict: 'undetermined' | 'not-checked' | 'not-verifiable',
  because: string,
  rest: { stated?: JsonValue; evidence?: readonly JsonValue[] } = {},
): Judged {
  return {
    stated: rest.stated ?? null,
    measured: null,
    difference: null,
    tolerance: null,
    verdict,
    because,
    evidence: rest.evidence ?? [],
  }
}

import { ROLES, ROLE_CODE } from '../../core/example.ts'

/** Longer irregular sequences are counted together: they would only be a list of accidents. */
const LONGEST = 12

/**
 * The order of roles of turns [start, end) as text: `system > user > assistant`; repeated exchanges are folded:
 * `system > (user > assistant) × 3`.
 */
export function roleSequence(role: Uint8Array, start: number, end: number): string {
  if (start === end) return 'none'
  const head = role[start] === ROLE_CODE.system ? 1 : 0
  const exchanges = alternating(role, start + head, end)
  const system = head === 1 ? 'system > ' : ''
  if (exchanges > 1) return `${system}(user > assistant) × ${exchanges}`
  if (end - start > LONGEST) return `irregular, more than ${LONGEST} turns`
  return Array.from(role.subarray(start, end), (code) => ROLES[code]).join(' > ')
}

/** Number of user–assistant pairs when the turns are nothing else, else 0. */
function alternating(role: Uint8Array, start: number, end: number): number {
  const turns = end - start
  if (turns === 0 || turns % 2 === 1) return 0
  for (let i = start; i < end; i++) {
    const wanted = (i - start) % 2 === 0 ? ROLE_CODE.user : ROLE_CODE.assistant
    if (role[i] !== wanted) return 0
  }
  return turns / 2
}

/** Every bound of the client in one place. Times in ms. */
export interface HubLimits {
  /** Attempts per request, the first included. */
  attempts: number
  /** First pause; doubles with each attempt. */
  backoffMs: number
  /** Longest pause, also when `Retry-After` asks for more. */
  maxPauseMs: number
  /** Longest wait for the head of an answer. */
  answerMs: number
  /** Longest silence inside a body. */
  idleMs: number
  /** Largest body kept in memory (listings, footers, row groups by range). */
  bodyBytes: number
  /** Requests and body bytes a client may use in its life. */
  maxRequests: number
  maxBytes: number
}

export const HUB_LIMITS: HubLimits = {
  attempts: 5,
  backoffMs: 400,
  maxPauseMs: 60_000,
  answerMs: 30_000,
  idleMs: 60_000,
  bodyBytes: 1024 ** 3,
  maxRequests: 200_000,
  maxBytes: 64 * 1024 ** 4,
}

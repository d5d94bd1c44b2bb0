import type { StageDefinition } from '../core/stage.ts'
import { attribution } from './attribution/stage.ts'
import { contamination } from './contamination/stage.ts'
import { DUPLICATES } from './duplicates/stage.ts'
import { QUALITY } from './quality/stage.ts'
import { TOKENS } from './tokens/tokens.ts'

/** Every stage, in the order their findings stand in the evidence. */
export const STAGES: readonly StageDefinition[] = [TOKENS, DUPLICATES, contamination, attribution, QUALITY]

/** When a statistics window is decided: looks at 5, 10, 25, 50, 100 and 250 packets (VERDICTS §2.3). */
import type { PayloadWindow } from './payload-window.ts'

const LOOKS: readonly number[] = [5, 10, 25, 50, 100, 250]
const LAST_LOOK = 250
/** From here the payload cannot be ciphertext. */
const PLAIN_SCORE = 9
/** Below this it cannot be told from ciphertext. */
const RANDOM_SCORE = 4

/** `null`: go on. `randomAfter`: packets that a codec needs before "random" means anything. */
export const decideWindow = (
  window: PayloadWindow,
  randomAfter: number,
): 'plain' | 'random' | 'undecided' | null => {
  const { packets } = window
  if (!LOOKS.includes(packets)) return null
  const score = window.score()
  if (score >= PLAIN_SCORE) return 'plain'
  if (packets >= randomAfter && score < RANDOM_SCORE) return 'random'
  return packets >= LAST_LOOK ? 'undecided' : null
}

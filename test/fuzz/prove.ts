/** `npm run fuzz -- --prove`: the fuzzer must find planted bugs that chance alone does not. */
import { runCampaign, type CampaignOutcome } from './campaign.ts'
import { parsePlanted } from './planted.ts'

const SEED = 1
/** What a guided campaign must need at most, and what chance is given in vain. */
const RUNS = 1_000_000
const LIMIT = 50
const MINUTE = 60_000

const base = { isPlanted: true, isGuided: true, seed: SEED, runs: RUNS, milliseconds: MINUTE, limit: LIMIT }

const executionsOf = ({ progress }: CampaignOutcome): number => progress?.executions ?? 0

interface Proof {
  readonly name: string
  readonly isGood: boolean
  readonly words: string
}

const proveCrash = async (seed: number): Promise<Proof> => {
  const outcome = await runCampaign({ ...base, seed, target: 'crash' })
  const { failure } = outcome
  let isSmall = false
  try {
    if (failure !== null) parsePlanted(failure.input)
  } catch {
    isSmall = (failure?.input.length ?? Infinity) <= 9
  }
  const size = failure === null ? 'nothing' : `${failure.original.length} bytes, made ${failure.input.length}`
  return {
    name: `a bug behind seven conditions (seed ${seed})`,
    isGood: failure?.kind === 'throws' && failure.reason.includes('planted bug') && isSmall,
    words: `${size}, after ${executionsOf(outcome)} inputs`,
  }
}

const proveChance = async (): Promise<Proof> => {
  const outcome = await runCampaign({ ...base, isGuided: false, target: 'crash' })
  return {
    name: 'the same without coverage is not found',
    isGood: outcome.failure === null && executionsOf(outcome) >= RUNS,
    words: `${outcome.failure === null ? 'nothing' : 'found'} after ${executionsOf(outcome)} inputs`,
  }
}

const proveTime = async (target: 'slow' | 'hang', kind: string): Promise<Proof> => {
  const outcome = await runCampaign({ ...base, target, hangMilliseconds: 5_000 })
  return {
    name: kind === 'slow' ? 'quadratic time' : 'an endless loop',
    isGood: outcome.failure?.kind === kind,
    words: `${outcome.failure?.reason ?? 'nothing'}, ${outcome.failure?.input.length ?? 0} bytes, after ${executionsOf(outcome)} inputs`,
  }
}

/** Prints each proof; true if all are good. */
export const prove = async (): Promise<boolean> => {
  const proofs = [
    () => proveCrash(1),
    () => proveCrash(2),
    () => proveCrash(3),
    () => proveChance(),
    () => proveTime('slow', 'slow'),
    () => proveTime('hang', 'hangs'),
  ]
  let isGood = true
  for (const proof of proofs) {
    const result = await proof()
    isGood &&= result.isGood
    process.stdout.write(`prove: ${result.isGood ? 'good' : 'BAD '} ${result.name}: ${result.words}\n`)
  }
  return isGood
}

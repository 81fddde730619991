/** Starts a fuzzing thread and watches it: a thread whose input never ends is stopped, and the input kept. */
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { type Assignment, CurrentInput, type FoundFailure, type Message, type Progress } from './protocol.ts'

/** An input that takes so long is a hang; the worker's own limit is far below. */
const HANG_MILLISECONDS = 10_000

const NO_PROGRESS: Progress = { executions: 0, corpus: 0, coverage: null, slowest: 0 }

export interface CampaignOptions extends Omit<Assignment, 'shared'> {
  readonly onProgress?: (progress: Progress) => void
  readonly hangMilliseconds?: number
}

export interface CampaignOutcome {
  readonly progress: Progress | null
  readonly failure: FoundFailure | null
  /** Functions under test that never ran. */
  readonly unreached: readonly string[]
  readonly milliseconds: number
}

/** Runs to the end of runs or time, or to the first failure. Rejects if the target cannot be loaded. */
export const runCampaign = async ({
  onProgress,
  hangMilliseconds = HANG_MILLISECONDS,
  ...rest
}: CampaignOptions): Promise<CampaignOutcome> => {
  const shared = new SharedArrayBuffer(CurrentInput.size)
  const current = new CurrentInput(shared)
  const assignment: Assignment = { ...rest, shared }
  const worker = new Worker(join(import.meta.dirname, 'fuzz-worker.js'), { workerData: assignment })
  const start = performance.now()
  let last: Progress | null = null
  return new Promise((resolve, reject) => {
    const finish = (outcome: Omit<CampaignOutcome, 'milliseconds'>): void => {
      clearInterval(watch)
      void worker.terminate()
      resolve({ ...outcome, milliseconds: performance.now() - start })
    }
    const watch = watchOver(current, hangMilliseconds, (input) => {
      const reason = `did not return within ${hangMilliseconds} ms`
      finish({
        progress: { ...(last ?? NO_PROGRESS), executions: current.ordinal },
        failure: { kind: 'hangs', reason, input, original: input },
        unreached: [],
      })
    })
    worker.on('message', (message: Message) => {
      last = message.progress
      if (message.type === 'progress') onProgress?.(message.progress)
      else finish({ progress: message.progress, failure: message.failure, unreached: message.unreached })
    })
    worker.on('error', (error) => {
      clearInterval(watch)
      reject(error)
    })
  })
}

/** Calls `onHang` once if the same input runs for longer than `limit`. */
const watchOver = (
  current: CurrentInput,
  limit: number,
  onHang: (input: Uint8Array) => void,
): NodeJS.Timeout => {
  let ordinal = 0
  let since = performance.now()
  return setInterval(() => {
    if (current.ordinal !== ordinal || ordinal === 0) {
      ordinal = current.ordinal
      since = performance.now()
    } else if (performance.now() - since > limit) onHang(current.read())
  }, 100)
}

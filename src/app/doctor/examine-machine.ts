/** Reads a machine and judges it: what `callseal doctor` prints, and `callseal selftest` sums up. */
import { loadConfig, renderFault } from '../config/index.ts'
import { USUAL_RING } from '../../capture/index.ts'
import { examine, type Result } from './examine.ts'
import { openMachine } from './machine.ts'
import { readMachine } from './read-machine.ts'

/** `root`: of the machine's files, `/` for this one. `mirror`: the adapter on a mirror port; null: the box is inline. */
export const examineMachine = async (root: string, mirror: string | null): Promise<readonly Result[]> => {
  const isHere = root === '/' || root === ''
  const configFaults = isHere
    ? loadConfig({ file: null, environment: process.env }).faults.map(renderFault)
    : null
  return examine(await readMachine(openMachine(root), { mirror, ring: USUAL_RING, configFaults }))
}

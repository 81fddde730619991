/** `callseal mqtt clean` by the configuration of this machine. */
import { FolderDisk } from '../../output/journal/index.ts'
import { cleanBroker, type CleanResult } from '../../output/mqtt/index.ts'
import { boxIdOf, toBrokerOptions } from '../box-process/index.ts'
import { loadConfig, renderFault } from '../config/index.ts'

export interface CleanFromConfigOptions {
  /** The configuration's file; null: the usual one. */
  readonly file: string | null
  readonly isRemoval: boolean
  readonly formerIds: readonly string[]
  readonly formerPrefixes: readonly string[]
}

/** Never rejects for what is wrong with broker or configuration. */
export const cleanFromConfig = async ({ file, ...options }: CleanFromConfigOptions): Promise<CleanResult> => {
  const { config, faults } = loadConfig({ file, environment: process.env })
  const broker = toBrokerOptions(config)
  const [fault] = faults
  if (broker === null)
    return { trouble: fault === undefined ? 'no broker is configured: see mqtt.url' : renderFault(fault) }
  const { mqtt, journal } = config
  const published = {
    boxId: await boxIdOf(config, new FolderDisk(journal.folder)),
    discoveryPrefix: mqtt.home_assistant ? mqtt.discovery_prefix : null,
    phones: mqtt.phones,
    display: mqtt.display,
  }
  return cleanBroker({ broker, published, ...options })
}

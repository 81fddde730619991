/** `callseal mqtt clean` by the configuration of this machine. */
import { FolderDisk } from '../../output/journal/index.ts'
import { cleanBroker, type CleanResult } from '../../output/mqtt/index.ts'
import { readBoxId, toBrokerOptions } from '../box-process/index.ts'
import { loadConfig, renderFault, type BoxConfig } from '../config/index.ts'

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
  const named = await nameOf(config)
  if ('trouble' in named) return named
  const { mqtt } = config
  const published = {
    ...named,
    discoveryPrefix: mqtt.home_assistant ? mqtt.discovery_prefix : null,
    phones: mqtt.phones,
    display: mqtt.display,
  }
  return cleanBroker({ broker, published, ...options })
}

const nameOf = async (config: BoxConfig): Promise<{ boxId: string } | { trouble: string }> => {
  const { folder } = config.journal
  try {
    const boxId = await readBoxId(config, new FolderDisk(folder))
    const trouble = `no box was ever at a broker from here (${folder} names none): say in box.id which is meant`
    return boxId === null ? { trouble } : { boxId }
  } catch (error) {
    const why = (error as Error).message
    return {
      trouble: `the name of the box in topics cannot be read (${why}): run this as root, or set box.id`,
    }
  }
}

/** `callseal mqtt`: looks after what the box left at its broker. */
import { EXIT_CODES } from '../exit-codes.ts'
import { CONFIG_OPTION, configFileOf } from './config-option.ts'
import { UsageError, type CommandRow } from './command.ts'

const isText = (value: unknown): value is string => typeof value === 'string'

/** A list as `a,b`. */
const listOf = (value: unknown): readonly string[] =>
  isText(value) ? value.split(',').filter((one) => one !== '') : []

/** What a broker could not take would be worded as its fault. */
const checkFormer = async (ids: readonly string[], prefixes: readonly string[]): Promise<void> => {
  const { isTopicId } = await import('../../output/mqtt/index.ts')
  const oddId = ids.find((id) => !isTopicId(id))
  if (oddId !== undefined)
    throw new UsageError(
      `--former-id takes 1 to 48 of a-z, 0-9, _ and -, as box.id does; not ${JSON.stringify(oddId)}`,
    )
  const oddPrefix = prefixes.find((prefix) => !/^[^+#/\s]{1,64}$/.test(prefix))
  if (oddPrefix !== undefined)
    throw new UsageError(
      `--former-prefix takes what mqtt.discovery_prefix takes; not ${JSON.stringify(oddPrefix)}`,
    )
}

export const mqttCommand: CommandRow = {
  name: 'mqtt',
  summary: 'remove from the broker what this box left there and would not publish now',
  arguments: '<clean>',
  words: ['clean'],
  options: [
    { flags: '--all', summary: 'everything of this box: it goes for good' },
    { flags: '--former-id <ids>', summary: 'names in topics that it had formerly, parted by commas' },
    {
      flags: '--former-prefix <prefixes>',
      summary: 'where Home Assistant listened formerly, parted by commas',
    },
    CONFIG_OPTION,
  ],
  run: async ([what = ''], values) => {
    if (what !== 'clean') throw new UsageError(`mqtt takes clean; not ${JSON.stringify(what)}`)
    const formerIds = listOf(values['formerId'])
    const formerPrefixes = listOf(values['formerPrefix'])
    await checkFormer(formerIds, formerPrefixes)
    const { cleanFromConfig } = await import('../box-client/clean-from-config.ts')
    const result = await cleanFromConfig({
      file: configFileOf(values),
      isRemoval: values['all'] === true,
      formerIds,
      formerPrefixes,
    })
    if ('trouble' in result) {
      process.stderr.write(`callseal: ${result.trouble}\n`)
      return EXIT_CODES.noInput.code
    }
    for (const topic of result.cleared) process.stdout.write(`removed ${topic}\n`)
    if (result.cleared.length === 0) process.stdout.write('there was nothing to remove\n')
    return EXIT_CODES.allProtected.code
  },
}

/** What is wrong with a configuration: where, what and what to do, in one sentence. */

export interface ConfigFault {
  /** `mqtt.url`; empty for the file as a whole. */
  readonly path: string
  /** Where it stands: `/etc/callseal/config.yaml, line 3`, or the name of a variable or an option. */
  readonly where: string
  readonly sentence: string
}

/** `WHERE: PATH: SENTENCE`. */
export const renderFault = ({ path, where, sentence }: ConfigFault): string =>
  [where, path, sentence].filter((part) => part !== '').join(': ')

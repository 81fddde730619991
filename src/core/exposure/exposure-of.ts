/** What a listener on this wire learned from one call (VERDICTS §4): one line a learnable thing, each counted in a file of its own. */
import type { CallFacts } from '../call/index.ts'
import { addressesOf } from './addresses.ts'
import { authenticationsOf, usernamesOf } from './authentications.ts'
import { hasCallerId, hasDialledNumber } from './caller-id.ts'
import { dtmfDigitsOf } from './dtmf-digits.ts'
import type { Exposure } from './exposure.ts'
import { mediaKeysOf } from './media-keys.ts'
import { audioOf, faxSecondsOf, videoSecondsOf } from './media-seconds.ts'
import { codecsOf, mediaPortsOf } from './media-traits.ts'
import { networkLayoutOf } from './network-layout.ts'
import { extensionNumbersOf, externalNumbersOf } from './numbers.ts'
import { partiesOf } from './parties.ts'
import { textMessagesOf } from './text-messages.ts'
import { userAgentsOf } from './user-agents.ts'

/** Pure. The parties are unmasked: nothing of it may leave the engine before maskExposure(). */
export const exposureOf = (facts: CallFacts): Exposure => {
  const parties = partiesOf(facts)
  const addresses = addressesOf(facts)
  return {
    parties,
    extensionNumbers: extensionNumbersOf(parties),
    externalNumbers: externalNumbersOf(parties),
    dialledNumber: hasDialledNumber(parties),
    callerId: hasCallerId(parties),
    usernames: usernamesOf(parties),
    authentications: authenticationsOf(facts),
    addresses,
    networkLayout: networkLayoutOf(facts, addresses),
    userAgents: userAgentsOf(facts),
    // Beginning and end show in any packet of the call, encrypted or not.
    times: facts.legs.length > 0 || facts.streams.length > 0,
    codecs: codecsOf(facts),
    mediaPorts: mediaPortsOf(facts),
    audio: audioOf(facts),
    dtmfDigits: dtmfDigitsOf(facts),
    textMessages: textMessagesOf(facts),
    videoSeconds: videoSecondsOf(facts),
    faxSeconds: faxSecondsOf(facts),
    mediaKeys: mediaKeysOf(facts),
  }
}

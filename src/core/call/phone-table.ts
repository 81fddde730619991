/** Phones and other hosts by what they showed in readable requests: registrations, credentials, transports. Bounded; texts are copies. */
import type { SipPlace } from '../analysis/index.ts'
import { BoundedMap } from '../base/bounded-map.ts'
import type { Seen } from '../base/endpoint.ts'
import type { SipMessage } from '../protocol/sip/index.ts'
import { addDistinct, Sightings } from './call.ts'
import type { SignallingTransport } from './call-facts.ts'
import type { AuthenticationSighting, PhoneFacts, RegistrationFacts } from './phone-facts.ts'

const MAX_PHONES = 4096
const NEWEST = 16

interface Phone {
  readonly address: string
  user: string | null
  readonly userAgents: string[]
  readonly transports: Exclude<SignallingTransport, null>[]
  readonly registrations: (RegistrationFacts & { readonly branch: string })[]
  readonly authentications: AuthenticationSighting[]
  usedTls: boolean
  readonly transportFallback: Sightings
  readonly turnCredential: Sightings
  readonly provisioning: Sightings
  dirty: boolean
}

const pushNewest = <T>(list: T[], value: T): void => {
  list.push(value)
  if (list.length > NEWEST) list.shift()
}

/** See the head of this file. */
export class PhoneTable {
  readonly #phones = new BoundedMap<string, Phone>(MAX_PHONES)

  get evicted(): number {
    return this.#phones.evicted
  }

  /** One readable message: requests show their sender, responses to REGISTER its outcome. */
  onSipMessage(message: SipMessage, place: SipPlace): void {
    if (message.kind === 'response') {
      this.#onResponse(message, place)
      return
    }
    const source = place.flow.ends[place.direction]
    const registering = message.method === 'REGISTER'
    if (!registering && message.authentications.length === 0 && !this.#phones.has(source.address)) return
    const phone = this.#phoneAt(source.address)
    const { at, frame } = place.seen
    if (message.userAgent !== '') addDistinct(phone.userAgents, message.userAgent)
    addDistinct(phone.transports, place.transport)
    if (phone.usedTls) phone.transportFallback.add(frame)
    for (const authentication of message.authentications) {
      pushNewest(phone.authentications, {
        ...authentication,
        frame,
        method: message.method,
        sequence: message.sequence,
      })
    }
    if (registering) {
      phone.user = message.to?.user ?? phone.user
      pushNewest(phone.registrations, {
        frame,
        at,
        transport: place.transport,
        registrar: place.flow.ends[place.direction === 0 ? 1 : 0],
        authenticated: message.authentications.length > 0,
        statusCode: 0,
        branch: message.branchIdentity,
      })
    }
    phone.dirty = true
  }

  /** The client of a completed TLS signalling connection: readable SIP from it later is a fallback. */
  onTlsClient(address: string): void {
    const phone = this.#phoneAt(address)
    phone.usedTls = true
    addDistinct(phone.transports, 'tls')
  }

  onTurnCredential(address: string, seen: Seen): void {
    this.#note(address, seen, 'turnCredential')
  }

  onProvisioning(address: string, seen: Seen): void {
    this.#note(address, seen, 'provisioning')
  }

  /** Facts of the phones that changed since the last time. */
  takeChanged(): PhoneFacts[] {
    const changed: PhoneFacts[] = []
    for (const phone of this.#phones.values()) {
      if (!phone.dirty) continue
      phone.dirty = false
      changed.push(toPhoneFacts(phone))
    }
    return changed
  }

  #note(address: string, seen: Seen, what: 'turnCredential' | 'provisioning'): void {
    const phone = this.#phoneAt(address)
    phone[what].add(seen.frame)
    phone.dirty = true
  }

  #onResponse(message: SipMessage, place: SipPlace): void {
    if (message.method !== 'REGISTER' || message.statusCode < 200) return
    const phone = this.#phones.get(place.flow.ends[place.direction === 0 ? 1 : 0].address)
    const index = phone?.registrations.findIndex(({ branch }) => branch === message.branchIdentity) ?? -1
    const registration = phone?.registrations[index]
    if (phone === undefined || registration === undefined) return
    phone.registrations[index] = { ...registration, statusCode: message.statusCode }
    phone.dirty = true
  }

  #phoneAt(address: string): Phone {
    const known = this.#phones.get(address)
    if (known !== undefined) return known
    const made: Phone = {
      address,
      user: null,
      userAgents: [],
      transports: [],
      registrations: [],
      authentications: [],
      usedTls: false,
      transportFallback: new Sightings(),
      turnCredential: new Sightings(),
      provisioning: new Sightings(),
      dirty: false,
    }
    this.#phones.set(address, made)
    return made
  }
}

const toPhoneFacts = (phone: Phone): PhoneFacts => ({
  address: phone.address,
  user: phone.user,
  userAgents: [...phone.userAgents],
  transports: [...phone.transports],
  registrations: phone.registrations.map(({ branch: _branch, ...registration }) => registration),
  authentications: [...phone.authentications],
  transportFallback: phone.transportFallback.toFacts(),
  turnCredential: phone.turnCredential.toFacts(),
  provisioning: phone.provisioning.toFacts(),
})

/** How the broker is reached: the section `mqtt` of the configuration, and limits that only tests change. */
import { readFile } from 'node:fs/promises'
import { OwnTrouble } from './broker-trouble.ts'

/** Certificates are always verified: there is no key for anything else. */
export interface BrokerOptions {
  /** `mqtt://host:port`, `mqtts://`, `ws://host/path`, `wss://`. */
  readonly url: string
  readonly user: string | null
  /** Paths; each is read anew for each connection, so that what is renewed is used. */
  readonly passwordFile: string | null
  readonly caFile: string | null
  readonly certFile: string | null
  readonly keyFile: string | null
  /** The name in the broker's certificate, if it is not the one in the url. */
  readonly serverName: string | null
}

/** Milliseconds where nothing else is said. */
export interface BrokerLimits {
  /** Messages that are sent and not acknowledged. */
  readonly inFlight: number
  /** Seconds. */
  readonly keepalive: number
  /** Connected, and nothing acknowledged for so long: a new connection. */
  readonly stallAfter: number
  /** From the first packet to the broker's answer. */
  readonly connectWithin: number
  /** Between two tries: from the shortest, each time twice as long, to the longest. */
  readonly shortestWait: number
  readonly longestWait: number
}

export const BROKER_LIMITS: BrokerLimits = {
  inFlight: 20,
  keepalive: 30,
  stallAfter: 30_000,
  connectWithin: 20_000,
  shortestWait: 1000,
  longestWait: 60_000,
}

const PORTS: Readonly<Record<string, number>> = { 'mqtt:': 1883, 'mqtts:': 8883, 'ws:': 80, 'wss:': 443 }

export interface BrokerAddress {
  readonly protocol: 'mqtt' | 'mqtts' | 'ws' | 'wss'
  /** Without brackets. */
  readonly host: string
  readonly port: number
  /** Of a web socket. */
  readonly path: string
}

/** Is the connection encrypted? */
export const isSecure = ({ protocol }: BrokerAddress): boolean => protocol === 'mqtts' || protocol === 'wss'

/** Throws on what is no address of a broker. */
export const parseBrokerUrl = (url: string): BrokerAddress => {
  const { protocol, hostname, port, pathname } = new URL(url)
  const standard = PORTS[protocol]
  if (standard === undefined || hostname === '') throw new Error(`"${url}" is no address of a broker`)
  return {
    protocol: protocol.slice(0, -1) as BrokerAddress['protocol'],
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? standard : Number(port),
    path: pathname === '' ? '/' : pathname,
  }
}

export interface BrokerSecrets {
  readonly password: string | null
  readonly ca: Buffer | null
  readonly cert: Buffer | null
  readonly key: Buffer | null
}

const read = async (name: string, path: string | null): Promise<Buffer | null> => {
  if (path === null) return null
  try {
    return await readFile(path)
  } catch (error) {
    throw new OwnTrouble('file', `${name} cannot be read: ${(error as Error).message}`)
  }
}

/** Rejects with a trouble that names the key and the file. */
export const readSecrets = async (options: BrokerOptions): Promise<BrokerSecrets> => {
  const password = await read('mqtt.password_file', options.passwordFile)
  return {
    // An editor puts a line end at the end of the file.
    password: password === null ? null : password.toString('utf8').replace(/\r?\n$/, ''),
    ca: await read('mqtt.ca_file', options.caFile),
    cert: await read('mqtt.cert_file', options.certFile),
    key: await read('mqtt.key_file', options.keyFile),
  }
}

/**
 * Addresses as text and as words. One address has one text (RFC 5952; an IPv4-mapped IPv6 address is written as the IPv4 address, because
 * its packets are), so that addresses from SDP, SIP and packets compare as strings. Words are IPv6-shaped as in PacketLayers.
 */
import { hexDigit } from './text.ts'

/** Second word of ::ffff:0:0/96 (RFC 4291 §2.5.5.2): what makes an IPv6-shaped address an IPv4 one. */
const MAPPED = 0xffff

/** Dotted quad in `[start, end)` as a signed 32-bit word, or null. Leading zeros are decimal: SDP of old gateways has 192.000.002.001. */
const ipv4Word = (text: string, start: number, end: number): number | null => {
  let word = 0
  let octet = -1
  let digits = 0
  let dots = 0
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at)
    if (code === 46) {
      if (octet < 0 || dots === 3) return null
      word = (word << 8) | octet
      octet = -1
      digits = 0
      dots++
    } else {
      if (code < 48 || code > 57 || digits === 3) return null
      octet = (octet < 0 ? 0 : octet) * 10 + (code - 48)
      digits++
      if (octet > 255) return null
    }
  }
  return dots === 3 && octet >= 0 ? (word << 8) | octet : null
}

/** The 16-bit groups written in `[start, end)` go to `groups`; gives where `::` stood (-1 = nowhere) and how many groups, or null. */
const readGroups = (text: string, start: number, end: number, groups: number[]): { gap: number } | null => {
  let gap = -1
  let at = start
  while (at < end) {
    if (text.charCodeAt(at) === 58) {
      const doubled = text.charCodeAt(at + 1) === 58 && at + 1 < end
      if (doubled) {
        if (gap >= 0) return null
        gap = groups.length
        at += 2
        if (at === end) return { gap }
      } else {
        if (groups.length === 0 || at + 1 === end) return null
        at++
      }
    } else if (at !== start) return null
    const next = readGroup(text, at, end, groups)
    if (next < 0) return null
    at = next
  }
  return { gap }
}

/** One group, or a dotted quad at the end, from `start`; gives the index behind it or -1. */
const readGroup = (text: string, start: number, end: number, groups: number[]): number => {
  let value = 0
  let at = start
  for (; at < end; at++) {
    const digit = hexDigit(text.charCodeAt(at))
    if (digit < 0) break
    value = value * 16 + digit
    if (at - start === 4) return -1
  }
  if (text.charCodeAt(at) === 46 && at < end) {
    const quad = ipv4Word(text, start, end)
    if (quad === null || groups.length > 6) return -1
    groups.push(quad >>> 16, quad & 0xffff)
    return end
  }
  if (at === start || groups.length === 8) return -1
  groups.push(value)
  return at
}

const decodeIpv6 = (text: string, start: number, end: number, words: Int32Array, at: number): boolean => {
  const groups: number[] = []
  const shape = readGroups(text, start, end, groups)
  if (shape === null) return false
  if (shape.gap < 0 ? groups.length !== 8 : groups.length > 7) return false
  if (shape.gap >= 0) {
    const zeros = new Array<number>(8 - groups.length).fill(0)
    groups.splice(shape.gap, 0, ...zeros)
  }
  for (let i = 0; i < 4; i++) words[at + i] = ((groups[2 * i] ?? 0) << 16) | (groups[2 * i + 1] ?? 0)
  return true
}

/**
 * Fills `words[at, at + 4)` from an address text: IPv4, IPv6, IPv6 in brackets or with a zone (RFC 4007; the zone is dropped). False if it
 * is no address; the words are then undefined.
 */
export const decodeAddress = (text: string, words: Int32Array, at: number): boolean => {
  let start = 0
  let end = text.length
  if (end > 64 || end < 2) return false
  if (text.charCodeAt(0) === 91) {
    if (text.charCodeAt(end - 1) !== 93) return false
    start++
    end--
  }
  if (text.indexOf(':') >= 0) {
    const zone = text.indexOf('%')
    return decodeIpv6(text, start, zone > 0 ? Math.min(zone, end) : end, words, at)
  }
  const word = start === 0 ? ipv4Word(text, start, end) : null
  if (word === null) return false
  words[at] = 0
  words[at + 1] = 0
  words[at + 2] = MAPPED
  words[at + 3] = word
  return true
}

const dotted = (word: number): string => {
  const high = `${word >>> 24}.${(word >>> 16) & 255}`
  return `${high}.${(word >>> 8) & 255}.${word & 255}`
}

/** First of the longest runs of two or more zero groups (RFC 5952 §4.2.2, §4.2.3); start -1 if there is none. */
const longestZeroRun = (groups: readonly number[]): { readonly start: number; readonly length: number } => {
  let best = { start: -1, length: 1 }
  for (let start = 0; start < 8; start++) {
    let length = 0
    while (groups[start + length] === 0) length++
    if (length > best.length) best = { start, length }
    start += length
  }
  return best
}

const groupsOf = (words: Int32Array, at: number): number[] => {
  const groups: number[] = []
  for (const word of words.subarray(at, at + 4)) groups.push(word >>> 16, word & 0xffff)
  return groups
}

/** Canonical text of the address in `words[at, at + 4)`: dotted IPv4 if IPv4-mapped, else RFC 5952 without brackets. */
export const formatAddress = (words: Int32Array, at: number): string => {
  if (words[at] === 0 && words[at + 1] === 0 && words[at + 2] === MAPPED) return dotted(words[at + 3] ?? 0)
  const groups = groupsOf(words, at)
  const zeros = longestZeroRun(groups)
  let text = ''
  for (let i = 0; i < 8; i++) {
    if (i === zeros.start) {
      text += i === 0 ? '::' : ':'
      i += zeros.length - 1
    } else text += (groups[i] ?? 0).toString(16) + (i < 7 ? ':' : '')
  }
  return text
}

const scratch = new Int32Array(4)

/** Canonical text of an address text, or empty if it is none (a host name, nonsense). */
export const parseAddress = (text: string): string =>
  decodeAddress(text, scratch, 0) ? formatAddress(scratch, 0) : ''

/** `192.0.2.1:5060` or `[2001:db8::1]:5060` for a canonical address. */
export const formatEndpoint = (address: string, port: number): string =>
  address.indexOf(':') >= 0 ? `[${address}]:${port}` : `${address}:${port}`

/**
 * The closed list of anomaly names. A bad packet is a counted name, never an exception (the idea is Zeek's). It lives in `base` because
 * every layer above counts; each layer adds its names to its own section.
 */
export const WEIRD_NAMES = [
  // decode
  // flow
  // sip
  // sdp
  // tls
  // dtls
  // zrtp
  // stun
  // websocket
  // rtp
  // call
] as const

/** One name of the list. */
export type WeirdName = (typeof WEIRD_NAMES)[number]

/** Receives each anomaly as it is met; `frame` is the number of the frame in the capture, from 1. */
export type OnWeird = (name: WeirdName, frame: number) => void

/** media-clear: sound that goes over the wire without encryption. */
import type { CallFacts, StreamFacts } from '../../call/index.ts'
import type { Rule } from '../rule.ts'
import { isClear, judgedSlices } from '../stream-judgement.ts'
import { clearHit } from './clear-hit.ts'

/** Pictures, fax and text have rules of their own; whatever else is clear is counted as sound. */
const isSound = (stream: StreamFacts): boolean =>
  !['video', 'image', 'text', 'message'].includes(stream.media)

/** Only readable telephone-event packets make it clear; dtmf-readable says so. */
const isClearByEventsOnly = (stream: StreamFacts): boolean =>
  stream.plainEvents.count > 0 &&
  stream.slices.length > 0 &&
  judgedSlices(stream).every((slice) => slice.protection !== 'clear' || slice.payload !== 'plain')

/** See the head of this file. */
export const mediaClear: Rule<CallFacts> = {
  id: 'media-clear',
  severity: 'high',
  spec: 'RFC 3550 §9.1; RFC 3711',
  title: 'Voice is not encrypted',
  meaning: 'Anyone on this wire can record the call and listen to it.',
  advice:
    'In the PBX set media encryption to SRTP and make it mandatory (Asterisk: media_encryption=sdes or dtls, media_encryption_optimistic=no; FreeSWITCH: rtp_secure_media=mandatory), and in the phones too (Yealink: RTP Encryption (SRTP) = Compulsory; Grandstream: SRTP Mode = Enabled and Forced). Set the transport to TLS first, so that the keys are not readable.',
  check: (facts) =>
    clearHit(
      facts,
      facts.streams.filter((stream) => isSound(stream) && isClear(stream) && !isClearByEventsOnly(stream)),
      'sound',
    ),
}

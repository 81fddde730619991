/** The rules over one call, in the order of VERDICTS §3. A new rule is a file here and a line in this table. */
import type { CallFacts } from '../../call/index.ts'
import type { Rule } from '../rule.ts'
import { ambiguousStream } from './ambiguous-stream.ts'
import { audioLevelReadable } from './audio-level-readable.ts'
import { certificateExpired } from './certificate-expired.ts'
import { certificateNameMismatch } from './certificate-name-mismatch.ts'
import { certificateSelfSigned } from './certificate-self-signed.ts'
import { certificateWeak } from './certificate-weak.ts'
import { clearBeforeKeys } from './clear-before-keys.ts'
import { dialogLeak } from './dialog-leak.ts'
import { digestAuthReadable } from './digest-auth-readable.ts'
import { downgradedAnswer } from './downgraded-answer.ts'
import { dtlsWeak } from './dtls-weak.ts'
import { dtmfReadable } from './dtmf-readable.ts'
import { dtmfTiming } from './dtmf-timing.ts'
import { faxClear } from './fax-clear.ts'
import { fingerprintMismatch } from './fingerprint-mismatch.ts'
import { keyOffered } from './key-offered.ts'
import { keysOutsideSip } from './keys-outside-sip.ts'
import { mediaClear } from './media-clear.ts'
import { messageReadable } from './message-readable.ts'
import { mikeyNull } from './mikey-null.ts'
import { multicastPagingClear } from './multicast-paging-clear.ts'
import { networkLoss } from './network-loss.ts'
import { noForwardSecrecy } from './no-forward-secrecy.ts'
import { nullCipher } from './null-cipher.ts'
import { oneDirectionClear } from './one-direction-clear.ts'
import { optionalSrtpRefused } from './optional-srtp-refused.ts'
import { osrtpNotUsed } from './osrtp-not-used.ts'
import { recordingClear } from './recording-clear.ts'
import { rtcpClear } from './rtcp-clear.ts'
import { sdesKeyExposed } from './sdes-key-exposed.ts'
import { sdesKeyReused } from './sdes-key-reused.ts'
import { sdpKLine } from './sdp-k-line.ts'
import { shortAuthTag } from './short-auth-tag.ts'
import { signallingPlain } from './signalling-plain.ts'
import { signallingUnseen } from './signalling-unseen.ts'
import { sipBasicAuth } from './sip-basic-auth.ts'
import { sipsNotKept } from './sips-not-kept.ts'
import { srtpPromisedRtpSent } from './srtp-promised-rtp-sent.ts'
import { startUnseen } from './start-unseen.ts'
import { tlsParametersUnseen } from './tls-parameters-unseen.ts'
import { transportFallback } from './transport-fallback.ts'
import { tunnel } from './tunnel.ts'
import { turnCredentialReadable } from './turn-credential-readable.ts'
import { twoTimePad } from './two-time-pad.ts'
import { unauthenticatedSrtp } from './unauthenticated-srtp.ts'
import { vbrSizeLeak } from './vbr-size-leak.ts'
import { videoClear } from './video-clear.ts'
import { weakCipherSuite } from './weak-cipher-suite.ts'
import { weakFingerprintHash } from './weak-fingerprint-hash.ts'
import { weakTlsVersion } from './weak-tls-version.ts'
import { zrtpSasUnseen } from './zrtp-sas-unseen.ts'

/** See the head of this file. */
export const RULES: readonly Rule<CallFacts>[] = [
  // high
  mediaClear,
  videoClear,
  faxClear,
  sdesKeyExposed,
  srtpPromisedRtpSent,
  oneDirectionClear,
  nullCipher,
  twoTimePad,
  fingerprintMismatch,
  dtmfReadable,
  messageReadable,
  keysOutsideSip,
  mikeyNull,
  sdpKLine,
  recordingClear,
  multicastPagingClear,
  sipBasicAuth,
  // medium
  signallingPlain,
  downgradedAnswer,
  clearBeforeKeys,
  weakTlsVersion,
  weakCipherSuite,
  noForwardSecrecy,
  dtlsWeak,
  certificateExpired,
  certificateSelfSigned,
  certificateNameMismatch,
  certificateWeak,
  unauthenticatedSrtp,
  sdesKeyReused,
  digestAuthReadable,
  transportFallback,
  optionalSrtpRefused,
  osrtpNotUsed,
  sipsNotKept,
  dialogLeak,
  turnCredentialReadable,
  ambiguousStream,
  // low
  shortAuthTag,
  rtcpClear,
  audioLevelReadable,
  dtmfTiming,
  weakFingerprintHash,
  tlsParametersUnseen,
  startUnseen,
  keyOffered,
  // info
  tunnel,
  signallingUnseen,
  vbrSizeLeak,
  zrtpSasUnseen,
  networkLoss,
]

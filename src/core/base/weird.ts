/**
 * The closed list of anomaly names. A bad packet is a counted name, never an exception (the idea is Zeek's). It lives in `base` because
 * every layer above counts; each layer adds its names to its own section.
 */
export const WEIRD_NAMES = [
  // decode
  // flow
  'ip_overlap',
  'ip_bad_fragment',
  'ip_tiny_fragment',
  'ip_truncated_fragment',
  'ip_too_many_fragments',
  'tcp_overlap',
  'tcp_gap',
  'tcp_truncated_segment',
  'tcp_bad_reset',
  'tcp_out_of_window',
  'tcp_unexpected_syn',
  'tcp_beyond_fin',
  'tcp_bad_fin',
  // sip
  'sip_bad_start_line',
  'sip_bad_version',
  'sip_bad_status',
  'sip_bad_request_uri',
  'sip_bad_uri',
  'sip_bad_header',
  'sip_bad_via',
  'sip_bad_cseq',
  'sip_cseq_mismatch',
  'sip_number_too_large',
  'sip_missing_call_id',
  'sip_missing_header',
  'sip_missing_branch',
  'sip_duplicate_header',
  'sip_unbalanced_quote',
  'sip_bad_content_length',
  'sip_contradicting_content_length',
  'sip_truncated_header',
  'sip_truncated_body',
  'sip_trailing_bytes',
  'sip_message_too_long',
  'sip_line_too_long',
  'sip_too_many_headers',
  'sip_too_many_values',
  'sip_encoded_body',
  'sip_missing_content_type',
  'sip_bad_multipart',
  'sip_multipart_too_deep',
  'sip_too_many_parts',
  'sip_stream_resync',
  'sip_stream_stalled',
  'sip_stream_overflow',
  // sdp
  'sdp_no_media',
  'sdp_too_many_media',
  'sdp_bad_media_line',
  'sdp_bad_port',
  'sdp_port_range',
  'sdp_too_many_formats',
  'sdp_bad_line',
  'sdp_line_too_long',
  'sdp_bad_rtpmap',
  'sdp_host_name',
  'sdp_bad_address',
  'sdp_bad_crypto',
  'sdp_unknown_suite',
  'sdp_too_many_crypto',
  'sdp_bad_lifetime',
  'sdp_bad_mki',
  'sdp_session_crypto',
  'sdp_key_derivation_rate',
  'sdp_bad_fingerprint',
  'sdp_bad_candidate',
  'sdp_too_many_candidates',
  'sdp_bad_mikey',
  'sdp_absurd_ptime',
  // tls
  'tls_bad_hello',
  'tls_bad_handshake',
  'tls_bad_record',
  'tls_downgrade',
  // dtls
  'dtls_bad_hello',
  'dtls_bad_fragment',
  'dtls_bad_record',
  'dtls_contradiction',
  'dtls_held_too_much',
  // zrtp
  'zrtp_bad_length',
  'zrtp_bad_checksum',
  'zrtp_fragment',
  'zrtp_unknown_message',
  'zrtp_short_message',
  'zrtp_out_of_order',
  // stun, turn and framing over tcp
  'stun_bad_length',
  'stun_bad_attribute',
  'stun_too_many_attributes',
  'stun_stream_lost',
  'framed_rtp_lost',
  // websocket
  'websocket_bad_handshake',
  'websocket_bad_frame',
  'websocket_bad_length',
  'websocket_bad_masking',
  'websocket_compressed',
  'websocket_message_too_long',
  'websocket_unrecognised',
  // rtp
  // call
] as const

/** One name of the list. */
export type WeirdName = (typeof WEIRD_NAMES)[number]

/** Receives each anomaly as it is met; `frame` is the number of the frame in the capture, from 1. */
export type OnWeird = (name: WeirdName, frame: number) => void

/**
 * Why there is no broker, as rows: codes of Node, OpenSSL and MQTT (OASIS MQTT 3.1.1 §3.2.2.3 and 5.0 §2.4) to one plain sentence that says what to do.
 * `{broker}`, `{host}`, `{user}`, `{clock}` and `{detail}` are filled in.
 */

export interface TroubleRow {
  /** Stable. */
  readonly name: string
  /** `mqtt:…` are reason codes of a broker, `own:…` are found by this program. */
  readonly codes: readonly string[]
  readonly sentence: string
}

export const TROUBLE_TABLE: readonly TroubleRow[] = [
  {
    name: 'certificate-expired',
    codes: ['CERT_HAS_EXPIRED'],
    sentence:
      "the certificate of the broker {broker} has expired (this box's clock says {clock}): renew it on the broker",
  },
  {
    name: 'clock-unset',
    codes: ['own:clock-unset'],
    sentence:
      "the certificate of the broker {broker} is not valid yet: this box's clock says {clock}. Let the box reach a time server, or set its clock",
  },
  {
    name: 'certificate-not-yet-valid',
    codes: ['CERT_NOT_YET_VALID'],
    sentence:
      "the certificate of the broker {broker} is not valid yet, and this box's clock says {clock}: if the clock is right, make the certificate anew; if not, set the clock",
  },
  {
    name: 'wrong-name',
    codes: ['ERR_TLS_CERT_ALTNAME_INVALID'],
    sentence:
      'the certificate of the broker {broker} is for another name ({detail}): use that name in mqtt.url, or say it in mqtt.server_name',
  },
  {
    name: 'unknown-ca',
    codes: [
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'UNABLE_TO_GET_ISSUER_CERT',
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      'SELF_SIGNED_CERT_IN_CHAIN',
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'CERT_UNTRUSTED',
      'CERT_SIGNATURE_FAILURE',
      'INVALID_CA',
      'CERT_CHAIN_TOO_LONG',
    ],
    sentence:
      'the certificate of the broker {broker} comes from an authority that this box does not know: put the certificate of that authority into a file and name it in mqtt.ca_file',
  },
  {
    name: 'client-certificate-wanted',
    codes: ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE'],
    sentence:
      'the broker {broker} wants a certificate of this box: name it in mqtt.cert_file, and its key in mqtt.key_file',
  },
  {
    name: 'client-certificate-refused',
    codes: [
      'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
      'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE',
      'ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN',
      'ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED',
      'ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED',
      'ERR_SSL_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE',
      'ERR_SSL_TLSV1_ALERT_ACCESS_DENIED',
      'ERR_SSL_TLSV1_ALERT_DECRYPT_ERROR',
    ],
    sentence:
      'the broker {broker} refuses the certificate of this box ({detail}): have mqtt.cert_file signed by the authority that the broker trusts, and look at its dates',
  },
  {
    name: 'client-certificate-unusable',
    codes: [
      'ERR_OSSL_X509_KEY_VALUES_MISMATCH',
      'ERR_OSSL_PEM_NO_START_LINE',
      'ERR_OSSL_PEM_BAD_BASE64_DECODE',
      'ERR_OSSL_PEM_BAD_END_LINE',
      'ERR_OSSL_UNSUPPORTED',
      'ERR_OSSL_BAD_DECRYPT',
      'ERR_OSSL_EVP_UNSUPPORTED',
    ],
    sentence:
      'mqtt.ca_file, mqtt.cert_file or mqtt.key_file cannot be used ({detail}): they must be PEM files, the key without a password and of that certificate',
  },
  {
    name: 'no-common-tls',
    codes: [
      'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
      'ERR_SSL_UNSUPPORTED_PROTOCOL',
      'ERR_SSL_NO_SHARED_CIPHER',
      'ERR_SSL_DH_KEY_TOO_SMALL',
      'ERR_SSL_EE_KEY_TOO_SMALL',
      'EE_KEY_TOO_SMALL',
      'CA_MD_TOO_WEAK',
    ],
    sentence: 'the broker {broker} speaks no TLS that is safe today ({detail}): let it use TLS 1.2 or 1.3',
  },
  {
    name: 'not-tls',
    codes: ['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG', 'EPROTO'],
    sentence:
      'the broker {broker} does not speak TLS at this port: use its TLS port (8883 as a rule), or mqtt:// in mqtt.url if nobody can listen between',
  },
  {
    name: 'file',
    codes: ['own:file'],
    sentence: '{detail}: mend the file or its rights; nothing is sent until then',
  },
  {
    name: 'bad-password',
    codes: ['mqtt:4', 'mqtt:134', 'mqtt:140'],
    sentence:
      'the broker {broker} refuses the password of the user {user}: correct mqtt.user and the file in mqtt.password_file',
  },
  {
    name: 'not-authorised',
    codes: ['mqtt:5', 'mqtt:135'],
    sentence:
      'the broker {broker} does not let the user {user} in: correct mqtt.user and mqtt.password_file, or give that user the right to connect there',
  },
  {
    name: 'publish-not-authorised',
    codes: ['own:publish-135'],
    sentence:
      'the broker {broker} does not let the user {user} publish {detail}: give it the right to write callseal/# and homeassistant/#',
  },
  {
    name: 'client-id',
    codes: ['mqtt:2', 'mqtt:133'],
    sentence: 'the broker {broker} refuses the name of this box: choose another id for the box',
  },
  {
    name: 'taken-over',
    codes: ['own:disconnect-142'],
    sentence:
      'another client uses the name of this box at the broker {broker}: give each box an id of its own',
  },
  {
    name: 'banned',
    codes: ['mqtt:138', 'own:disconnect-138'],
    sentence: 'the broker {broker} has banned this box: lift it there',
  },
  {
    name: 'busy',
    codes: [
      'mqtt:3',
      'mqtt:136',
      'mqtt:137',
      'mqtt:151',
      'mqtt:159',
      'own:disconnect-137',
      'own:disconnect-150',
      'own:disconnect-151',
      'own:publish-128',
      'own:publish-131',
      'own:publish-151',
    ],
    sentence:
      'the broker {broker} takes nothing now: look at its load, its quotas and its journal; this box tries again',
  },
  {
    name: 'protocol-version',
    codes: ['mqtt:1', 'mqtt:132'],
    sentence: 'the broker {broker} speaks neither MQTT 5 nor 3.1.1: use a newer broker, such as mosquitto 2',
  },
  {
    name: 'refused',
    codes: ['ECONNREFUSED'],
    sentence: 'nothing listens at {broker}: start the broker, or correct mqtt.url',
  },
  {
    name: 'no-route',
    codes: ['EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ENETDOWN', 'EADDRNOTAVAIL'],
    sentence:
      'there is no way to the broker {broker}: look at the management network of this box, and its route',
  },
  {
    name: 'unknown-host',
    codes: ['ENOTFOUND', 'EAI_AGAIN', 'EAI_NONAME', 'EAI_FAIL', 'EAI_NODATA'],
    sentence:
      'the name {host} of the broker cannot be resolved: correct mqtt.url, or look at the name server of this box',
  },
  {
    name: 'timeout',
    codes: ['ETIMEDOUT', 'own:connack timeout'],
    sentence:
      'the broker {broker} does not answer: look whether it runs, and whether a firewall stands between (and that the port speaks what mqtt.url says)',
  },
  {
    name: 'stalled',
    codes: ['own:stalled', 'own:Keepalive timeout'],
    sentence:
      'the broker {broker} is connected but has acknowledged nothing for a while: this box connects anew',
  },
  {
    name: 'closed-at-once',
    codes: ['own:closed-before-answer', 'ECONNRESET', 'EPIPE'],
    sentence:
      'the broker {broker} ends the connection without a word: if the port is for TLS, mqtt.url must begin with mqtts://; else its journal says why',
  },
  {
    name: 'closed-in-tls',
    codes: ['own:closed-in-tls'],
    sentence:
      'the broker {broker} ends the connection before TLS is made: look whether this port is for TLS (8883 as a rule); its journal says why',
  },
  {
    name: 'closed',
    codes: ['own:closed', 'own:disconnect-139'],
    sentence: 'the broker {broker} ended the connection: it may have been restarted; this box tries again',
  },
]

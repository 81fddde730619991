/**
 * Where the SIP password stands in the configuration files that phones fetch. In a name `#` is a number. From the makers' administration
 * guides as of 2026-11; a value is never read, only that there is one.
 */

/** How name and value stand in the file. */
export type ConfigurationForm =
  /** `name = value` or `name: value` from the beginning of a line. */
  | 'line'
  /** `name="value"` in an element. */
  | 'attribute'
  /** `<name …>value</name>`. */
  | 'element'

/** One place of a password. */
export interface PasswordPlace {
  readonly maker: string
  readonly form: ConfigurationForm
  readonly name: string
  /** A name that must occur as well, in the same form, because `name` alone says too little. */
  readonly beside?: string
}

export const PASSWORD_PLACES: readonly PasswordPlace[] = [
  { maker: 'Yealink', form: 'line', name: 'account.#.password' },
  { maker: 'Yealink', form: 'line', name: 'linekey.#.password' },
  { maker: 'Polycom', form: 'attribute', name: 'reg.#.auth.password' },
  { maker: 'Snom', form: 'line', name: 'user_pass#' },
  { maker: 'Snom', form: 'element', name: 'user_pass' },
  { maker: 'Cisco', form: 'element', name: 'authPassword' },
  { maker: 'Cisco SPA', form: 'element', name: 'Password_#_' },
  { maker: 'Cisco', form: 'line', name: 'line#_password' },
  { maker: 'Grandstream', form: 'line', name: 'P34', beside: 'P35' },
  { maker: 'Grandstream', form: 'element', name: 'P34', beside: 'P35' },
  { maker: 'Aastra', form: 'line', name: 'sip password' },
  { maker: 'Aastra', form: 'line', name: 'sip line# password' },
  { maker: 'Panasonic', form: 'line', name: 'SIP_AUTH_PASS_#' },
  { maker: 'Fanvil', form: 'line', name: 'SIP# Register Pswd' },
  { maker: 'Gigaset', form: 'line', name: 'SipAccount.#.AuthPassword' },
]

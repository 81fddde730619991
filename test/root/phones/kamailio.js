// @ts-check
/** kamailio as the site's PBX: registrar with digest, proxy over UDP, TCP and TLS; calls to stripNAME lose their a=crypto on the way. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Output } from '../lib/conditions.js'

export const PBX = '192.0.2.5'

const MODULES =
  'jsonrpcs kex corex tm tmx sl rr pv maxfwd textops textopsx siputils xlog usrloc registrar auth tls'

/** @param {string} folder */
const configOf = (folder) => `#!KAMAILIO
debug=2
log_stderror=yes
children=1
tcp_children=2
auto_aliases=no
listen=udp:${PBX}:5060
listen=tcp:${PBX}:5060
enable_tls=yes
listen=tls:${PBX}:5061
alias="pbx.example.com"
${MODULES.split(' ')
  .map((name) => `loadmodule "${name}.so"`)
  .join('\n')}
modparam("tls", "config", "${folder}/tls.cfg")
modparam("jsonrpcs", "transport", 0)
modparam("usrloc", "db_mode", 0)
request_route {
  if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
  if (is_method("CANCEL")) { if (t_check_trans()) t_relay(); exit; }
  if (has_totag()) {
    if (loose_route()) { t_relay(); exit; }
    if (is_method("ACK")) { if (t_check_trans()) t_relay(); exit; }
    sl_send_reply("404", "Not here"); exit;
  }
  t_check_trans();
  if (is_method("OPTIONS")) { sl_send_reply("200", "OK"); exit; }
  if (!is_method("REGISTER|ACK")) record_route();
  if (is_method("REGISTER|INVITE")) {
    if (!pv_www_authenticate("example.com", "secret", "0")) { www_challenge("example.com", "1"); exit; }
    consume_credentials();
  }
  if (is_method("REGISTER")) { save("location"); exit; }
  if ($rU == "busy") { sl_send_reply("486", "Busy Here"); exit; }
  if (!lookup("location")) { sl_send_reply("404", "Not Found"); exit; }
  # An old session border controller that does not know SDES.
  if (is_method("INVITE") && $tU =~ "^strip" && has_body("application/sdp")) {
    replace_body_all("a=crypto:[^\\r\\n]*\\r\\n", "");
    replace_body_all("RTP/SAVP", "RTP/AVP");
  }
  t_relay();
}
`

const tlsConfigOf = (/** @type {string} */ folder) => `[server:default]
method = TLSv1.2+
verify_certificate = no
require_certificate = no
private_key = ${folder}/good.key
certificate = ${folder}/good.crt
[client:default]
method = TLSv1.2+
verify_certificate = no
`

/** A cross compiler has a folder for its architecture too: the one with the modules counts. */
const modulesFolder = () =>
  readdirSync('/usr/lib')
    .map((name) => `/usr/lib/${name}/kamailio/modules/`)
    .find((path) => existsSync(path)) ?? ''

/** Starts it at the far end; resolves when it is up. @param {import('../lib/wire.js').TappedWire} wire @param {string} folder with certificates */
export async function startKamailio(wire, folder) {
  const run = join(folder, 'kamailio')
  mkdirSync(run)
  writeFileSync(join(folder, 'tls.cfg'), tlsConfigOf(folder))
  writeFileSync(join(run, 'kamailio.cfg'), configOf(folder))
  const space = wire.addHost('far', 'pbx', `${PBX}/24`)
  const child = wire.spawn(
    space,
    [
      'kamailio',
      '-L',
      modulesFolder(),
      '-f',
      join(run, 'kamailio.cfg'),
      '-DD',
      '-E',
      '-m',
      '64',
      '-M',
      '8',
      '-Y',
      run,
      '-P',
      join(run, 'pid'),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const output = new Output(child)
  // Its UDP worker answers only when all modules are up; the phones' registrations retry until then.
  await output.shows('Listening on', 20, 'kamailio').catch(() => undefined)
  return output
}

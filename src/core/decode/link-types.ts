/** The numbers by which a frame says what it carries: link types of capture files, EtherTypes and PPP protocols that are opened. */

/** Link types (tcpdump.org/linktypes.html, registry of 2024) that decodeFrame knows. */
export const LINK_TYPES = {
  null: 0,
  ethernet: 1,
  ppp: 9,
  rawBsd: 12,
  rawOpenBsd: 14,
  pppHdlc: 50,
  pppEthernet: 51,
  raw: 101,
  ciscoHdlc: 104,
  loop: 108,
  linuxSll: 113,
  ipv4: 228,
  ipv6: 229,
  linuxSll2: 276,
} as const

/** IEEE 802 EtherTypes that are opened; below `lowest` the field is an 802.3 length. */
export const ETHER_TYPE = {
  lowest: 0x0600,
  ipv4: 0x0800,
  transparentEthernet: 0x6558,
  vlan: 0x8100,
  ipv6: 0x86dd,
  mplsUnicast: 0x8847,
  mplsMulticast: 0x8848,
  pppoeSession: 0x8864,
  serviceVlan: 0x88a8,
  oldServiceVlan: 0x9100,
} as const

/** PPP protocol numbers (IANA "PPP Numbers"): what is opened, and what hides a datagram by compression or encryption. */
export const PPP_PROTOCOL = {
  ipv4: 0x0021,
  encrypted: 0x0053,
  ipv6: 0x0057,
  compressedLink: 0x00fb,
  compressed: 0x00fd,
  mplsUnicast: 0x0281,
  mplsMulticast: 0x0283,
} as const

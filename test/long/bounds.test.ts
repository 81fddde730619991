/** The floods of test/core/bounds.test.ts at their full size. */
process.env['CALLSEAL_FLOOD_INVITES'] = '100000'
process.env['CALLSEAL_FLOOD_PACKETS'] = '1000000'
await import('../core/bounds.test.ts')

export {}

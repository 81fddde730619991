/** Where the engine's unit can be reached (systemd/system/callseal-engine.service: RuntimeDirectory). */
export const ENGINE_SOCKET = '/run/callseal/engine.sock'

/** The engine process. */
export { BlindnessWatch, losesFrames, type SightSample } from './blindness.ts'
export { readInterface, type InterfaceTotals } from './interface-totals.ts'
export { LiveClock } from './live-clock.ts'
export { LiveEngine, type ChosenSource, type LiveEngineOptions } from './live-engine.ts'
export { PressureControl, type PressureSample } from './pressure.ts'
export { runEngine, type Doorway, type EngineOptions } from './run-engine.ts'
export { SelfWatch } from './self-watch.ts'
export { StatePort } from './state-port.ts'

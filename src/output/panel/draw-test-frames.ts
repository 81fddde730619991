/** Draws the test pictures on a real bus without the rest of the panel: for `callseal selftest` and for tests on machines with a bus. */
import type { ControllerName } from './oled/controllers.ts'
import type { BusMode } from './oled/display-bytes.ts'
import type { OpenBus } from './oled/i2c-bus-package.ts'
import { OledScreen } from './oled/oled-screen.ts'
import type { PartState } from './part-state.ts'
import type { Bitmap, Height } from './screen/bitmap.ts'
import { DAY_CONTRAST } from './screen/display-care.ts'
import { testPictures } from './screen/test-pictures.ts'
import { MACHINE_CLOCK, waitFor, type PanelClock } from './time.ts'

export interface TestFramesOptions {
  readonly height?: Height
  readonly controller?: ControllerName
  readonly openBus?: OpenBus
  readonly clock?: PanelClock
  readonly pictures?: readonly Bitmap[]
}

export interface TestFrames {
  readonly state: PartState
  /** For each picture; the first has the display's setting up with it. */
  readonly frames: readonly {
    readonly messages: number
    readonly bytes: number
    readonly milliseconds: number
  }[]
}

/** A little more than the screen waits between two frames. */
const BETWEEN = 260

/** `mode` null: as the bus can. Never rejects: what went wrong is the state. The last picture stays. */
export const drawTestFrames = async (
  busNumber: number,
  address: number,
  mode: BusMode | null = null,
  { height = 64, controller = 'ssd1306', openBus, clock = MACHINE_CLOCK, pictures }: TestFramesOptions = {},
): Promise<TestFrames> => {
  const screen = new OledScreen({
    bus: busNumber,
    address,
    mode,
    height,
    controller,
    clock,
    ...(openBus === undefined ? {} : { openBus }),
  })
  const frames: TestFrames['frames'][number][] = []
  for (const picture of pictures ?? testPictures(height)) {
    const before = { ...screen.traffic }
    const startedAt = clock.now()
    screen.show(picture, DAY_CONTRAST)
    screen.tick()
    await screen.idle()
    const { messages, bytes } = screen.traffic
    frames.push({
      messages: messages - before.messages,
      bytes: bytes - before.bytes,
      milliseconds: clock.now() - startedAt,
    })
    await waitFor(clock, BETWEEN)
  }
  return { state: screen.state, frames }
}

// @ts-check
/** The device-tree overlay that gives the kernel the lights, the button and the display's bus. Pure. */
import { LED_COLOURS } from './wiring-plan.js'

/** Flags of a GPIO in a device tree. Source: include/dt-bindings/gpio/gpio.h. */
const ACTIVE_HIGH = 0
const ACTIVE_LOW_PULL_UP = 1 | 16
/** KEY_PROG1: nothing listens for it. KEY_POWER would switch the machine off at a touch (systemd-logind). */
const KEY_CODE = 148
const I2C_HERTZ = 400_000

/**
 * What a light does before the program has it. Amber beats like a heart: started, and nothing is known yet. Red tells of a panic of the kernel.
 * Green waits for the program.
 * @type {Readonly<Record<import('./wiring-plan.js').LedColour, readonly string[]>>}
 */
const EXTRAS = {
  red: ['panic-indicator;'],
  amber: ['linux,default-trigger = "heartbeat";'],
  green: [],
}

/** Text of hardware/overlays/callseal.dts. @param {import('./wiring-plan.js').Pins} pins */
export function overlaySource(pins) {
  return `// Printed from hardware/pins.json by \`npm run wiring\`: change it there. hardware/README.md says how it is put on a Pi.
/dts-v1/;
/plugin/;

/ {
	compatible = "brcm,bcm2835";

	fragment@0 {
		target = <&i2c${pins.oled.bus}>;
		__overlay__ {
			status = "okay";
			clock-frequency = <${I2C_HERTZ}>;
		};
	};

	fragment@1 {
		target-path = "/";
		__overlay__ {
			callseal-leds {
				compatible = "gpio-leds";

${LED_COLOURS.map((colour) => ledSource(colour, pins.leds[colour])).join('\n')}			};

			callseal-keys {
				compatible = "gpio-keys";
				// Name of the input device.
				label = "callseal";

				key-panel {
					label = "callseal panel button";
					linux,code = <${KEY_CODE}>; // KEY_PROG1
					// Pressed is ground; the pull-up is in the chip.
					gpios = <&gpio ${pins.button} ${ACTIVE_LOW_PULL_UP}>;
					debounce-interval = <20>;
				};
			};
		};
	};
};
`
}

/** @param {import('./wiring-plan.js').LedColour} colour @param {number} gpio */
function ledSource(colour, gpio) {
  const lines = [
    `label = "callseal:${colour}";`,
    `gpios = <&gpio ${gpio} ${ACTIVE_HIGH}>;`,
    'default-state = "off";',
    ...EXTRAS[colour],
  ]
  return `				led-${colour} {\n${lines.map((line) => `					${line}\n`).join('')}				};\n`
}

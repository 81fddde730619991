/** What oled-js wants of the package johnny-five: a reset line, which modules with four wires do not have. */
export const NO_RESET_LINE = {
  Pin: class {
    low(): void {
      // There is nothing to pull.
    }
    high(): void {
      // There is nothing to release.
    }
  },
}

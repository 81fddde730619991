/** Text as groff and mandoc want it. Pure. */

/** A hyphen that must stay one, so that it can be copied; a dot or quote that must not begin a request. */
export const roffText = (text: string): string =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll("'", '\\(aq')
    .replaceAll('~', '\\(ti')
    .replaceAll('^', '\\(ha')
    .replaceAll('`', '\\(ga')
    .replace(/^\./gm, '\\&.')

/** To be typed as it stands. */
export const bold = (text: string): string => (text === '' ? '' : `\\fB${roffText(text)}\\fR`)

/** To be filled in. */
export const emphasised = (text: string): string => `\\fI${roffText(text)}\\fR`

/** A paragraph with a tag; both are roff already. */
export const tagged = (tag: string, body: string): string => `.TP\n${tag}\n${body}`

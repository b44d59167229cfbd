import stringWidth from 'string-width'

/** How many columns a text takes on a terminal: wide characters take two, colours and accents none. */
export function widthOf(text: string): number {
  return stringWidth(text)
}

const numbers = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/g

/**
 * Whether a number of a JSON text means another value once it was read: one with more digits than
 * a double holds, or beyond its range.
 *
 * @param text JSON that `JSON.parse` has taken
 */
export function losesNumbers(text: string): boolean {
  return text.match(numbers)?.some((token) => token[0] !== '"' && losesValue(token)) ?? false
}

function losesValue(token: string): boolean {
  const read = Number(token)
  return !Number.isFinite(read) || decimalOf(token) !== decimalOf(String(read))
}

/** The same text for every way to write a decimal: its digits without outer zeros, and a power of ten. */
function decimalOf(token: string): string {
  const [mantissa = '', exponent = '0'] = token.toLowerCase().split('e')
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.')
  const digits = (whole + fraction).replace(/^0+/, '')
  const significant = digits.replace(/0+$/, '')
  if (significant === '') return '0'
  const power = Number(exponent) - fraction.length + digits.length - significant.length
  return `${token.startsWith('-') ? '-' : ''}${significant}e${power}`
}

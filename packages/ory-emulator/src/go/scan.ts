import { GoError } from './go-error.ts'

/**
 * Where the first JSON value of `bytes` ends, as Go's decoder finds it: what follows is not looked at.
 *
 * `bytes` holds one character for each byte (latin1), because Go complains about bytes.
 *
 * @throws GoError in the words of Go's `encoding/json`.
 */
export function scanValue(bytes: string): number {
  const start = skipSpace(bytes, 0)
  if (start >= bytes.length) throw new GoError('EOF')
  return value(bytes, start, 0)
}

/** Go goes ten times as deep; the stack here does not, and nothing sent to Ory does either. */
const deepest = 1_000

function value(bytes: string, at: number, depth: number): number {
  if (depth > deepest) throw new GoError('exceeded max depth')
  const first = bytes[at]
  if (first === '{') return object(bytes, at + 1, depth + 1)
  if (first === '[') return array(bytes, at + 1, depth + 1)
  if (first === '"') return string(bytes, at + 1)
  if (first !== undefined && /[-0-9]/.test(first)) return number(bytes, at)
  const literal = ['true', 'false', 'null'].find((word) => word[0] === first)
  if (literal) return word(bytes, at, literal)
  throw unexpected(bytes, at, 'looking for beginning of value')
}

function object(bytes: string, at: number, depth: number): number {
  let next = skipSpace(bytes, at)
  if (bytes[next] === '}') return next + 1
  for (;;) {
    next = skipSpace(bytes, next)
    if (bytes[next] !== '"')
      throw unexpected(bytes, next, 'looking for beginning of object key string')
    next = skipSpace(bytes, string(bytes, next + 1))
    if (bytes[next] !== ':') throw unexpected(bytes, next, 'after object key')
    next = skipSpace(bytes, value(bytes, skipSpace(bytes, next + 1), depth))
    if (bytes[next] === '}') return next + 1
    if (bytes[next] !== ',') throw unexpected(bytes, next, 'after object key:value pair')
    next += 1
  }
}

function array(bytes: string, at: number, depth: number): number {
  let next = skipSpace(bytes, at)
  if (bytes[next] === ']') return next + 1
  for (;;) {
    next = skipSpace(bytes, value(bytes, skipSpace(bytes, next), depth))
    if (bytes[next] === ']') return next + 1
    if (bytes[next] !== ',') throw unexpected(bytes, next, 'after array element')
    next += 1
  }
}

function string(bytes: string, at: number): number {
  let next = at
  while (bytes[next] !== '"') {
    const character = bytes[next]
    if (character === undefined || character < ' ') {
      throw unexpected(bytes, next, 'in string literal')
    }
    next = character === '\\' ? escaped(bytes, next + 1) : next + 1
  }
  return next + 1
}

function escaped(bytes: string, at: number): number {
  const character = bytes[at]
  if (character === 'u') return hexadecimal(bytes, at + 1)
  if (character === undefined || !'"\\/bfnrt'.includes(character)) {
    throw unexpected(bytes, at, 'in string escape code')
  }
  return at + 1
}

function hexadecimal(bytes: string, at: number): number {
  const wrong = [0, 1, 2, 3].find((offset) => !/[0-9a-fA-F]/.test(bytes[at + offset] ?? ''))
  if (wrong === undefined) return at + 4
  throw unexpected(bytes, at + wrong, 'in \\u hexadecimal character escape')
}

function number(bytes: string, at: number): number {
  const integer = bytes[at] === '-' ? at + 1 : at
  if (!isDigit(bytes[integer])) throw unexpected(bytes, integer, 'in numeric literal')
  let next = bytes[integer] === '0' ? integer + 1 : digits(bytes, integer)
  if (bytes[next] === '.') {
    if (!isDigit(bytes[next + 1])) {
      throw unexpected(bytes, next + 1, 'after decimal point in numeric literal')
    }
    next = digits(bytes, next + 1)
  }
  return /[eE]/.test(bytes[next] ?? '') ? exponent(bytes, next + 1) : next
}

function exponent(bytes: string, at: number): number {
  const first = /[+-]/.test(bytes[at] ?? '') ? at + 1 : at
  if (!isDigit(bytes[first])) throw unexpected(bytes, first, 'in exponent of numeric literal')
  return digits(bytes, first)
}

function word(bytes: string, at: number, literal: string): number {
  const wrong = [...literal].findIndex((character, offset) => bytes[at + offset] !== character)
  if (wrong < 0) return at + literal.length
  throw unexpected(bytes, at + wrong, `in literal ${literal} (expecting '${literal[wrong]}')`)
}

function digits(bytes: string, at: number): number {
  let next = at
  while (isDigit(bytes[next])) next += 1
  return next
}

function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= '0' && character <= '9'
}

function skipSpace(bytes: string, at: number): number {
  let next = at
  while (/[ \t\r\n]/.test(bytes[next] ?? '')) next += 1
  return next
}

const named: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
  '\v': '\\v',
  '\x07': '\\a',
  "'": "\\'",
  '\\': '\\\\',
}

function unexpected(bytes: string, at: number, where: string): GoError {
  const character = bytes[at]
  if (character === undefined) return new GoError('unexpected EOF')
  return new GoError(`invalid character '${printable(character)}' ${where}`)
}

function printable(character: string): string {
  const code = character.charCodeAt(0)
  if (named[character]) return named[character]
  const shown = (code >= 0x20 && code < 0x7f) || (code > 0xa0 && code !== 0xad)
  if (shown) return character
  return code < 0x80
    ? `\\x${code.toString(16).padStart(2, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`
}

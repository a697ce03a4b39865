import type { FieldError } from '@logbook/contracts/problems.ts'

const excerptCharsMax = 40

/** Normalizes a number's text to sign, digits without outer zeros, and exponent: equal values give equal results. */
const canonical = (number: string): string => {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(number) ?? []
  const digits = `${whole}${fraction}`.replace(/^0+/, '')
  let end = digits.length
  while (digits[end - 1] === '0') end -= 1
  if (end === 0) return `${sign}0`
  return `${sign}${digits.slice(0, end)}e${Number(exponent) - fraction.length + digits.length - end}`
}

const short = (text: string): string =>
  text.length > excerptCharsMax ? `${text.slice(0, excerptCharsMax)}…` : text

const numberLoss = (number: string): string | undefined => {
  const read = String(Number(number))
  return canonical(number) === canonical(read)
    ? undefined
    : `would be read as ${read}: ${short(number)} is no number that a double holds; send it as a string`
}

/** Walks well-formed JSON, and keeps the first member that JSON.parse would change. */
class Walk {
  readonly #text: string
  #at = 0
  found: FieldError | undefined

  constructor(text: string) {
    this.#text = text
  }

  value(path: readonly string[]): void {
    const char = this.#next()
    if (char === '{') this.#object(path)
    else if (char === '[') this.#array(path)
    else if (char === '"') this.#string()
    else if (char === '-' || (char >= '0' && char <= '9')) this.#note(path, numberLoss(this.#word()))
    else this.#word()
  }

  #note(path: readonly string[], message: string | undefined): void {
    if (message !== undefined) this.found ??= { path: path.join('.'), message }
  }

  /** Peeks at the next character that is not white space. */
  #next(): string {
    while (this.#text.charCodeAt(this.#at) <= 0x20) this.#at += 1
    return this.#text.charAt(this.#at)
  }

  #object(path: readonly string[]): void {
    const names = new Set<string>()
    for (this.#at += 1; this.#next() !== '}'; ) {
      if (this.#next() === ',') this.#at += 1
      this.#next()
      const name: string = JSON.parse(this.#string())
      const own = [...path, name]
      if (names.has(name)) this.#note(own, 'stands twice')
      names.add(name)
      this.#next()
      this.#at += 1
      this.value(own)
    }
    this.#at += 1
  }

  #array(path: readonly string[]): void {
    // Problems name the items of a top-level array `events.<index>`.
    const prefix = path.length === 0 ? ['events'] : path
    let index = 0
    for (this.#at += 1; this.#next() !== ']'; index++) {
      if (this.#next() === ',') this.#at += 1
      this.value([...prefix, String(index)])
    }
    this.#at += 1
  }

  #string(): string {
    const from = this.#at
    do {
      this.#at = this.#text.indexOf('"', this.#at + 1)
    } while (isEscaped(this.#text, this.#at))
    this.#at += 1
    return this.#text.slice(from, this.#at)
  }

  #word(): string {
    const from = this.#at
    while (/[\w.+-]/.test(this.#text.charAt(this.#at))) this.#at += 1
    return this.#text.slice(from, this.#at)
  }
}

/** True where an odd number of backslashes precedes. */
const isEscaped = (text: string, at: number): boolean => {
  let from = at
  while (text[from - 1] === '\\') from -= 1
  return (at - from) % 2 === 1
}

// A double represents every number of fewer than sixteen digits, except with an exponent, and except -0.
const mayLose = /[:,[\s](?:-?(?:[\d.]{16,}|[\d.]+[eE][+-]?\d+)|-0(?:\.0+)?)[\s,}\]]/

const namesIn = (value: unknown): number => {
  if (typeof value !== 'object' || value === null) return 0
  let count = 0
  if (Array.isArray(value)) for (const each of value) count += namesIn(each)
  else for (const name in value) count += 1 + namesIn((value as Record<string, unknown>)[name])
  return count
}

const namesWrittenIn = (text: string): number => {
  let count = 0
  for (let at = text.indexOf('":'); at !== -1; at = text.indexOf('":', at + 2))
    if (text.charCodeAt(at - 1) !== 0x5c || !isEscaped(text, at)) count += 1
  return count
}

const spacedName = /"\s+:/

/**
 * The first loss in parsing a JSON text: a number that no double represents, or a duplicate name in an object. `value` is the parsed
 * text, nested less deeply than the stack allows. Undefined for nearly all texts, after one or two scans.
 */
export const lossIn = (text: string, value: unknown): FieldError | undefined => {
  const isWhole = !mayLose.test(text) && !spacedName.test(text) && namesWrittenIn(text) === namesIn(value)
  if (isWhole) return undefined
  const walk = new Walk(text)
  walk.value([])
  return walk.found
}

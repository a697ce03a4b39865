/** What stands at a position and should not, or does not and should. */
export interface Fault {
  position: number
  kind: 'gap' | 'checksum' | 'columns' | 'version' | 'index' | 'tail' | 'unreadable'
  detail: string
}

/** The request can't be carried out as it was made; the message says why, to whoever made it. */
export class Refused extends Error {
  override name = 'Refused'
}

/** What was to be read is not what was written. */
export class Damaged extends Error {
  override name = 'Damaged'
  readonly fault: Fault

  constructor(fault: Fault) {
    super(`position ${fault.position}: ${fault.detail} (${fault.kind})`)
    this.fault = fault
  }
}

/** A line of an import is not what an export writes. */
export class BadLine extends Error {
  override name = 'BadLine'
  readonly line: number

  constructor(line: number, detail: string) {
    super(`line ${line}: ${detail}`)
    this.line = line
  }
}

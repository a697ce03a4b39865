import { Damaged } from '@logbook/chassis/start/command-line.ts'

/** A fault at a position. */
export interface Fault {
  position: number
  kind: 'gap' | 'checksum' | 'columns' | 'version' | 'index' | 'tail' | 'unreadable'
  detail: string
}

/** A log that differs from what was written. */
export class DamagedLog extends Damaged {
  override name = 'DamagedLog'
  readonly fault: Fault

  constructor(fault: Fault) {
    super(`Damaged at position ${fault.position}: ${fault.detail} (${fault.kind})`)
    this.fault = fault
  }
}

/** A line of an import that no export writes. */
export class BadLine extends Damaged {
  override name = 'BadLine'
  readonly line: number

  constructor(line: number, detail: string) {
    super(`line ${line}: ${detail}`)
    this.line = line
  }
}

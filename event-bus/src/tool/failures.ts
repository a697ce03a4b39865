import { Damaged } from '@logbook/chassis/start/command-line.ts'

/** What stands at a position and should not, or does not and should. */
export interface Fault {
  position: number
  kind: 'gap' | 'checksum' | 'columns' | 'version' | 'index' | 'tail' | 'unreadable'
  detail: string
}

/** A log that is not what was written to it. */
export class DamagedLog extends Damaged {
  override name = 'DamagedLog'
  readonly fault: Fault

  constructor(fault: Fault) {
    super(`Damaged at position ${fault.position}: ${fault.detail} (${fault.kind})`)
    this.fault = fault
  }
}

/** A line of an import is not what an export writes. */
export class BadLine extends Damaged {
  override name = 'BadLine'
  readonly line: number

  constructor(line: number, detail: string) {
    super(`line ${line}: ${detail}`)
    this.line = line
  }
}

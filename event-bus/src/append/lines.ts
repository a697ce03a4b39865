const newline = 0x0a

/** The lines of NDJSON, without blank ones. */
export const linesOf = (bytes: Buffer): Buffer[] => {
  const lines: Buffer[] = []
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(newline, from)
    const line = bytes.subarray(from, end === -1 ? bytes.length : end)
    if (line.some((byte) => byte > 0x20)) lines.push(line)
    from = end === -1 ? bytes.length : end + 1
  }
  return lines
}

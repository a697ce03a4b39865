/**
 * What is wrong with an event's `data`, or undefined. It must survive storage unchanged: JSON.parse reads 1e999 as Infinity,
 * which would be stored as null.
 */
export const dataFault = (value: unknown, depthMax: number): string | undefined => {
  const faultOf = (member: unknown, depthLeft: number): string | undefined => {
    if (typeof member === 'number')
      return Number.isFinite(member) ? undefined : 'must hold only numbers that a double can hold'
    if (typeof member !== 'object' || member === null) return undefined
    if (depthLeft === 0) return `must not nest deeper than ${depthMax} levels`
    const members: unknown[] = Array.isArray(member) ? member : Object.values(member)
    for (const each of members) {
      const fault = faultOf(each, depthLeft - 1)
      if (fault !== undefined) return fault
    }
    return undefined
  }
  return faultOf(value, depthMax)
}

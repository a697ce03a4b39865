/** What a field with `list="time-zones"` offers. */
export const TimeZones = ({ names }: { names: readonly string[] }) => (
  <datalist id="time-zones">
    {names.map((name) => (
      <option key={name} value={name} />
    ))}
  </datalist>
)

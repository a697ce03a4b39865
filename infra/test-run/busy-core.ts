// Computes until it is killed, or until the process that started it is gone.
const spin = (): void => {
  const end = performance.now() + 500
  while (performance.now() < end) Math.sqrt(end)
  if (process.connected) setImmediate(spin)
}
spin()

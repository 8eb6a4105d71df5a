// Figures with their units, for people.

const whole = new Intl.NumberFormat("en");

/** A whole number with its thousands apart. */
export function count(value: number | bigint): string {
  return whole.format(value);
}

export function rowCount(rows: number): string {
  return `${count(rows)} ${rows === 1 ? "row" : "rows"}`;
}

export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** A span of time: `0.42 ms`, `12 ms`, `3.1 s`, `2 min 5 s`. */
export function duration(ms: number): string {
  if (ms < 9.95) return `${ms < 0.1 ? ms.toFixed(2) : ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  const s = ms / 1000;
  if (s < 59.95) return `${s.toFixed(1)} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${Math.floor(s % 60)} s`;
  return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
}

/** A size: `512 B`, `1.2 kB`, `34 MB`. */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  let value = bytes;
  for (const unit of ["kB", "MB", "GB", "TB"]) {
    value /= 1000;
    if (value < 999.5 || unit === "TB") return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${unit}`;
  }
  return "";
}

/** A number of anything that may be large: `820`, `12k`, `3.4M`. */
export function short(value: number): string {
  if (value < 1000) return String(Math.round(value));
  for (const [unit, by] of [
    ["k", 1e3],
    ["M", 1e6],
    ["G", 1e9],
  ] as const) {
    const scaled = value / by;
    if (scaled < 999.5 || unit === "G") return `${scaled < 9.95 ? scaled.toFixed(1) : Math.round(scaled)}${unit}`;
  }
  return "";
}

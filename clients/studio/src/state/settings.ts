// What the page remembers between visits, in the browser's own store. Never a password, never rows.

const PREFIX = "litebase-studio.";

export function readSetting<Value>(name: string, otherwise: Value): Value {
  try {
    const text = localStorage.getItem(PREFIX + name);
    return text === null ? otherwise : (JSON.parse(text) as Value);
  } catch {
    return otherwise; // no store, or another version wrote it
  }
}

export function writeSetting(name: string, value: unknown): void {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // without a store nothing is remembered
  }
}

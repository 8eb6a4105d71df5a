// A grid that shows any part of a result of millions of rows: it draws what is in sight and asks for that alone.

import { displayText, type Cell, type Column, type Result, type Row } from "@litebase/client";

const ROW_PX = 26;
const WINDOW_ROWS = 200;
const KEPT_WINDOWS = 30;
const BEYOND_ROWS = 4; // drawn above and below what is in sight
const MAX_PX = 8_000_000; // browsers draw nothing reliably in elements that are higher than some ten million pixels
const NUMBERS = new Set(["integer", "float", "decimal"]);
const CHARACTER_PX = 8;
const DRAWN_CHARACTERS = 400; // more than a cell has room for; whole long texts make scrolling stand still

/** Tells the page what the grid knows. */
export interface GridListener {
  known(rows: number, total: number | null): void;
  failed(error: unknown): void;
}

/** One result at a time, in an element that scrolls. */
export class Grid {
  private readonly element: HTMLElement;
  private readonly listener: GridListener;
  private readonly spacer = document.createElement("div");
  private readonly stage = document.createElement("div"); // stays in sight; all that is drawn is in it
  private head: HTMLElement = document.createElement("div");
  private windows = new Map<number, readonly Row[] | null>(); // null: on its way
  private widths: number[] = [];
  private result: Result | null = null;
  private rows = 0;
  private total: number | null = null;

  constructor(element: HTMLElement, listener: GridListener) {
    this.element = element;
    this.listener = listener;
    this.stage.className = "stage";
    element.append(this.stage, this.spacer);
    element.addEventListener("scroll", () => this.draw());
    new ResizeObserver(() => this.draw()).observe(element);
  }

  /** Shows another result, from its first row on. */
  show(result: Result | null): void {
    this.result = result;
    this.windows = new Map();
    this.rows = result?.rows.length ?? 0;
    this.total = result?.total_rows ?? null;
    this.widths = result === null ? [] : widths(result);
    this.head = this.headOf(result?.columns ?? []);
    this.element.scrollTo(0, 0);
    this.learn(this.rows, this.total);
  }

  /** Brings a row (from 0) into sight, wherever it is. */
  async goTo(row: number): Promise<void> {
    const { result } = this;
    if (result === null) return;
    const window = await result.window(row - (row % WINDOW_ROWS), WINDOW_ROWS);
    if (result !== this.result) return;
    this.take(window.offset, window.rows, window.total_rows);
    const last = Math.max(0, this.rows - 1);
    this.element.scrollTop = this.topOf(Math.min(row, last));
    this.draw();
  }

  private take(offset: number, rows: readonly Row[], total: number | null): void {
    this.windows.delete(offset);
    this.windows.set(offset, rows);
    const [oldest] = this.windows.keys();
    if (this.windows.size > KEPT_WINDOWS && oldest !== undefined) this.windows.delete(oldest);
    this.learn(Math.max(this.rows, offset + rows.length), total ?? this.total);
  }

  private learn(rows: number, total: number | null): void {
    const first = this.firstInSight();
    this.rows = total ?? rows;
    this.total = total;
    this.spacer.style.height = `${this.height() + ROW_PX}px`; // and the head
    this.spacer.style.width = `${this.widths.reduce((sum, one) => sum + one, 0)}px`;
    this.element.scrollTop = this.topOf(first); // what is in sight stays, however long the result turns out to be
    this.listener.known(this.rows, total);
    this.draw();
  }

  private height(): number {
    const unknown = this.total === null && this.result !== null ? WINDOW_ROWS : 0; // scrolling there asks for more
    return Math.min((this.rows + unknown) * ROW_PX, MAX_PX);
  }

  /** How many pixels of the content one pixel of the scroll bar stands for. */
  private scale(): number {
    const seen = this.element.clientHeight - ROW_PX;
    return Math.max(1, (this.rows * ROW_PX - seen) / Math.max(1, this.height() - seen));
  }

  private topOf(row: number): number {
    return (row * ROW_PX) / this.scale();
  }

  /** The row at the upper edge, with the part of it that is out of sight. */
  private firstInSight(): number {
    return (this.element.scrollTop * this.scale()) / ROW_PX;
  }

  private draw(): void {
    if (this.result === null) {
      this.stage.replaceChildren();
      return;
    }
    const upper = this.firstInSight();
    const first = Math.max(0, Math.floor(upper) - BEYOND_ROWS);
    const count = Math.ceil(this.element.clientHeight / ROW_PX) + 2 * BEYOND_ROWS;
    const lines = [];
    for (let row = first; row < Math.min(this.rows, first + count); row++) {
      const line = this.line(row);
      line.style.top = `${(row - upper + 1) * ROW_PX}px`;
      lines.push(line);
    }
    this.stage.replaceChildren(...lines, this.head);
    if (first + count > this.rows && this.total === null) this.ask(this.rows);
  }

  private line(row: number): HTMLElement {
    const line = document.createElement("div");
    line.className = "row";
    line.setAttribute("role", "row");
    line.append(cell(String(row + 1), "index", this.widths[0] ?? 0));
    const cells = this.cells(row);
    this.result?.columns.forEach((column, index) => {
      line.append(this.drawnCell(cells?.[index], column, this.widths[index + 1] ?? 0));
    });
    return line;
  }

  private drawnCell(value: Cell | undefined, column: Column, width: number): HTMLElement {
    if (value === undefined) return cell("…", "waiting", width);
    const kind = value === null ? "null" : NUMBERS.has(column.kind) ? "number" : "";
    return cell(drawnText(value, column), kind, width);
  }

  private cells(row: number): Row | undefined {
    const first = this.result?.rows ?? [];
    if (row < first.length) return first[row];
    const offset = row - (row % WINDOW_ROWS);
    const rows = this.windows.get(offset);
    if (rows === undefined) this.ask(offset);
    return rows?.[row - offset];
  }

  private ask(row: number): void {
    const offset = row - (row % WINDOW_ROWS);
    const { result, windows } = this;
    const there = windows.get(offset);
    if (result === null || there === null || (there !== undefined && there.length === WINDOW_ROWS)) return;
    windows.set(offset, null);
    result.window(offset, WINDOW_ROWS).then(
      (window) => {
        if (windows === this.windows) this.take(offset, window.rows, window.total_rows);
      },
      (error: unknown) => {
        windows.delete(offset); // it is asked for again when it is drawn again
        if (windows === this.windows) this.listener.failed(error);
      },
    );
  }

  private headOf(columns: readonly Column[]): HTMLElement {
    const head = document.createElement("div");
    head.className = "row head";
    head.append(cell("", "index", this.widths[0] ?? 0));
    columns.forEach((column, index) => {
      const made = cell(column.name, "", this.widths[index + 1] ?? 0);
      const type = document.createElement("small");
      type.textContent = column.db_type;
      made.append(type);
      made.title = `${column.name}: ${column.db_type} (${column.kind})`;
      head.append(made);
    });
    return head;
  }
}

function cell(text: string, kind: string, width: number): HTMLElement {
  const made = document.createElement("div");
  made.className = `cell ${kind}`;
  made.setAttribute("role", "cell");
  made.style.width = `${width}px`;
  made.textContent = text;
  if (kind === "") made.title = text;
  return made;
}

function drawnText(value: Cell, column: Column): string {
  const long = typeof value === "string" && value.length > DRAWN_CHARACTERS;
  return long ? `${displayText(value.slice(0, DRAWN_CHARACTERS), column)}…` : displayText(value, column);
}

/** Pixels of each column, the row number's first: by its name, its type, and the first rows. */
function widths(result: Result): number[] {
  const seen = result.rows.slice(0, 50);
  return [
    90,
    ...result.columns.map((column, index) => {
      const texts = seen.map((row) => drawnText(row[index] ?? null, column).length);
      const characters = Math.max(column.name.length + column.db_type.length + 1, ...texts);
      return Math.min(420, Math.max(70, characters * CHARACTER_PX + 26));
    }),
  ];
}

// Scrolling through any number of rows with the scroll bar of the browser.
//
// Positions far down in very high elements are not exact: browsers keep them as single-precision numbers. So the element
// that scrolls is never higher than `MAX_PX`. A small step of it scrolls the rows by as many pixels; a large one, as by
// dragging the bar, goes to the same part of the rows. `settled` then puts the bar where the rows are.

export const ROW_PX = 28;
const MAX_PX = 1_000_000;

export class RowScroll {
  /** Pixels of the rows that are above what is in sight. */
  top = 0;
  private rows = 0;
  private view = 0; // pixels that rows are seen in
  private bar = 0; // where the bar was last

  /** The height of all rows. */
  get height(): number {
    return this.rows * ROW_PX;
  }

  /** The height of the element that scrolls, for the rows. */
  get barHeight(): number {
    return Math.min(MAX_PX, this.height);
  }

  get firstRow(): number {
    return Math.floor(this.top / ROW_PX);
  }

  /** The row after the last one in sight, those in part included. */
  get endRow(): number {
    return Math.min(this.rows, Math.ceil((this.top + this.view) / ROW_PX));
  }

  private get most(): number {
    return Math.max(0, this.height - this.view);
  }

  private get mostBar(): number {
    return Math.max(0, this.barHeight - this.view);
  }

  /** What the bar moves at least when it is dragged by one pixel of its track. */
  private get leastDrag(): number {
    return Math.max(2 * this.view, (0.9 * this.mostBar) / Math.max(1, this.view));
  }

  /** Says how many rows there are, and how many pixels are seen. What is in sight stays if it can. */
  resize(rows: number, view: number): void {
    this.rows = rows;
    this.view = view;
    this.top = Math.min(this.top, this.most);
  }

  /** Takes a move of the bar. */
  moved(bar: number): void {
    const step = bar - this.bar;
    this.bar = bar;
    if (this.height <= MAX_PX) this.top = bar;
    else if (bar <= 0) this.top = 0;
    else if (bar >= this.mostBar) this.top = this.most;
    else if (Math.abs(step) < this.leastDrag) this.top += step;
    else this.top = (bar / this.mostBar) * this.most;
    this.top = Math.max(0, Math.min(this.top, this.most));
  }

  /** Where the bar belongs, after the rows were moved or scrolling has ended. */
  settled(): number {
    if (this.height <= MAX_PX) this.bar = this.top;
    else if (this.top <= 0) this.bar = 0;
    else if (this.top >= this.most) this.bar = this.mostBar;
    else this.bar = Math.max(1, Math.min(this.mostBar - 1, Math.round((this.top / this.most) * this.mostBar)));
    return this.bar;
  }

  /** Moves the rows so that one of them is in sight, as little as possible. */
  reveal(row: number): void {
    const above = row * ROW_PX;
    const below = above + ROW_PX - this.view;
    if (this.top > above) this.top = Math.min(above, this.most);
    else if (this.top < below) this.top = Math.max(0, below);
  }

  /** The row that fills a screen. */
  get pageRows(): number {
    return Math.max(1, Math.floor(this.view / ROW_PX) - 1);
  }
}

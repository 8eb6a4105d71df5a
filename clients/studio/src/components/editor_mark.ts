// The mark at the place of an error, as the database gave it. It goes when the text is changed.

import { StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, type DecorationSet } from "@codemirror/view";

const markAt = StateEffect.define<number | null>();
const WORD = /[\p{L}\p{N}_$]+|\S/uy;

const word = Decoration.mark({ class: "cm-fault" });
const line = Decoration.line({ class: "cm-fault-line" });

export const errorMark = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    let next = transaction.docChanged ? Decoration.none : marks;
    for (const effect of transaction.effects) {
      if (!effect.is(markAt)) continue;
      if (effect.value === null) next = Decoration.none;
      else
        next = marksAt(transaction.state.doc.toString(), effect.value, transaction.state.doc.lineAt(effect.value).from);
    }
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

function marksAt(text: string, index: number, lineStart: number): DecorationSet {
  WORD.lastIndex = index;
  const length = WORD.exec(text)?.[0].length ?? 0;
  const marks = [line.range(lineStart)];
  if (length > 0) marks.push(word.range(index, index + length));
  return Decoration.set(marks, true);
}

/** Marks the word at a place, and brings it into sight; null takes the mark away. */
export function setMark(view: EditorView, index: number | null): void {
  if (index === null) return view.dispatch({ effects: markAt.of(null) });
  const at = Math.min(index, view.state.doc.length);
  view.dispatch({ effects: [markAt.of(at), EditorView.scrollIntoView(at, { y: "nearest", yMargin: 24 })] });
}

// A dialog over the page: it takes the focus, keeps it, and gives it back.
// While something runs, a press beside it does nothing, and Escape stops what runs first.

import { onCleanup, onMount, type JSX } from "solid-js";

export function Dialog(props: {
  title: string;
  class?: string;
  onClose: () => void;
  /** Stops what runs; undefined or null while nothing does. */
  onStop?: (() => void) | null;
  children: JSX.Element;
}): JSX.Element {
  let element!: HTMLDialogElement;
  const before = document.activeElement;
  onMount(() => {
    element.showModal();
    element.querySelector<HTMLElement>("[data-first]")?.focus();
  });
  onCleanup(() => {
    element.close();
    if (before instanceof HTMLElement && before.isConnected) before.focus();
  });
  const leave = (event: Event): void => {
    event.preventDefault();
    event.stopPropagation();
    (props.onStop ?? props.onClose)();
  };
  return (
    <dialog
      class={`dialog ${props.class ?? ""}`}
      aria-label={props.title}
      ref={element}
      onCancel={leave}
      onKeyDown={(event) => event.key === "Escape" && leave(event)} // a second Escape would close it, whatever is said
      onPointerDown={(event) => event.target === element && props.onStop == null && props.onClose()}
    >
      {props.children}
    </dialog>
  );
}

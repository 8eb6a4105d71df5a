// A dialog over the page: it takes the focus, keeps it, and gives it back.

import { onCleanup, onMount, type JSX } from "solid-js";

export function Dialog(props: {
  title: string;
  class?: string;
  onClose: () => void;
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
  return (
    <dialog
      class={`dialog ${props.class ?? ""}`}
      aria-label={props.title}
      ref={element}
      onCancel={(event) => {
        event.preventDefault();
        props.onClose();
      }}
      onKeyDown={(event) => event.key === "Escape" && event.stopPropagation()}
      onPointerDown={(event) => event.target === element && props.onClose()}
    >
      {props.children}
    </dialog>
  );
}

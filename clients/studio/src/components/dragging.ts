// What a pressed pointer does until it is let go, wherever on the page it moves.

/** Calls `moved` for each movement of the pointer until it is let go. */
export function followPointer(moved: (move: PointerEvent) => void): void {
  const follow = (move: PointerEvent): void => (move.buttons === 0 ? ended() : moved(move)); // let go out of sight
  const ended = (): void => {
    removeEventListener("pointermove", follow);
    removeEventListener("pointerup", ended);
  };
  addEventListener("pointermove", follow);
  addEventListener("pointerup", ended);
}

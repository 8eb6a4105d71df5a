// Takes a value where a type is due, and does nothing: these files are compiled and never run.

export declare function give<Type>(value: Type): void;

/** Whether two types are the same, and not only assignable to one another. */
export type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
